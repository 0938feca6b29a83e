/**
 * The detection methods, a class each with its settings, and what several of them share. A method
 * is found by its name and knows nothing of files, folders of results or the command line; how its
 * networks are trained is elsewhere.
 */
package dev.hale.detection.method;
