/**
 * What people look at: montages, drawn from plain values. It writes no map and no mask for
 * programs, and knows no model.
 */
package dev.hale.picture;
