/**
 * The door for programs: it opens a trained model as a detector, and says which version this is. It
 * detects nothing itself; what a detector is and does is in {@code dev.hale.detection}.
 */
package dev.hale;
