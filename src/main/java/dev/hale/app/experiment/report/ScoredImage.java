package dev.hale.app.experiment.report;

/**
 * An image, and how diseased something says it is.
 *
 * @param scorer a method, of which the map's 99th percentile is meant, or a critic, of which the
 *     logit is
 * @param seed of its training
 * @param fold of its training
 * @param patient whom the image shows
 * @param subject the scan that it is of
 * @param slice of the scan, from 0
 * @param diseased the truth
 * @param score finite; the higher the more diseased
 */
public record ScoredImage(
    String scorer,
    long seed,
    String fold,
    String patient,
    String subject,
    int slice,
    boolean diseased,
    double score) {}
