/**
 * Charts: what they are drawn on, as SVG or PNG, and curves over the steps of a training. It knows
 * no logs and no results; it is given numbers.
 */
package dev.hale.picture.chart;
