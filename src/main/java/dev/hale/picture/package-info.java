/** What people look at: montages, drawn from plain values. */
package dev.hale.picture;
