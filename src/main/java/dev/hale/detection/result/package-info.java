/**
 * What a detection leaves on disk: the folder of maps, tables and a picture that {@code hale
 * detect} writes, from a program as from the command line. It does not detect, and which scans of a
 * batch are skipped or refused is not decided here.
 */
package dev.hale.detection.result;
