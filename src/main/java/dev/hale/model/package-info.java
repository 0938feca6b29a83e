/**
 * The networks: layers, and what is made of them, as functions over named weights, and the files
 * that they are kept in. It neither trains them nor decides what they are used for.
 */
package dev.hale.model;
