/**
 * The only place that touches image files: NIfTI, arrays, pictures, finding them, and writing whole
 * or not at all. What the numbers in them mean is not decided here.
 */
package dev.hale.io;
