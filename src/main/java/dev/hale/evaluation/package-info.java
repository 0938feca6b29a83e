/**
 * How good a map or a mask is, and how sure one may be of it. Plain arrays only: no tensors, no
 * files.
 *
 * <p>Conventions that hold throughout the package:
 *
 * <ul>
 *   <li>A map is a {@code float[]}, higher meaning more abnormal; a mask is a {@code byte[]} in
 *       which any value but 0 is marked; both are {@code [k][j][i]} with i fastest.
 *   <li>A region is a mask of the voxels that count (the brain); {@code null} means all of them.
 *   <li>A voxel is marked when its map value is strictly greater than the threshold.
 *   <li>What is undefined is NaN; arrays that do not fit together, and maps with values that are
 *       not finite, are an {@link java.lang.IllegalArgumentException}.
 * </ul>
 */
package dev.hale.evaluation;
