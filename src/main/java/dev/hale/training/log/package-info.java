/**
 * What a training writes down for people: a line of JSON a step, TensorBoard's event files, curves.
 * Plain Java; it knows no LibTorch.
 */
package dev.hale.training.log;
