/**
 * How public data sets name their files: folders in, subjects with channels and masks out. It goes
 * by names alone and opens no image but to see whether it can be read.
 */
package dev.hale.data.layout;
