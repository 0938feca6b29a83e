/**
 * The loop that trains any network, with its optimiser, averages, checkpoints and validations, and
 * a task for each kind of network. It knows no configuration file and does not detect.
 */
package dev.hale.training;
