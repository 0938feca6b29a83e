/** How public data sets name their files: folders in, subjects with channels and masks out. */
package dev.hale.data.layout;
