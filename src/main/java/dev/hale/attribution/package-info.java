/** Which voxels speak for a diagnosis, and a training loss that keeps healthy ones silent. */
package dev.hale.attribution;
