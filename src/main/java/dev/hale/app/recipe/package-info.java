/**
 * What a configuration file says, as records: data, networks, trainings, calibration. Nothing here
 * reads YAML ({@code app.config}) or does any work.
 */
package dev.hale.app.recipe;
