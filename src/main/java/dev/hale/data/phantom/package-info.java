/**
 * Made-up brains: subjects with FLAIR, T1, T1c and T2 images, exact lesion masks and no patient
 * behind them, so that everything in this project can be tried, taught and tested without data.
 * They are no model of a disease: what is measured on them says nothing about patients.
 */
package dev.hale.data.phantom;
