package dev.hale.training;

import java.util.Map;

/**
 * How the averaged network does on images that it has not learnt from.
 *
 * @param step steps done
 * @param values each by its name, such as {@code loss_q1} or {@code auroc_t100}
 * @param score what checkpoints are chosen by
 * @param higherIsBetter whether a larger score is better
 * @param best whether no validation before was as good
 * @param seconds that it took
 */
public record ValidationReport(
    long step,
    Map<String, Double> values,
    double score,
    boolean higherIsBetter,
    boolean best,
    double seconds) {}
