/**
 * The only place that touches image files: NIfTI, arrays, pictures, finding them, and writing whole
 * or not at all.
 */
package dev.hale.io;
