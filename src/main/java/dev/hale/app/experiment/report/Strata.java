package dev.hale.app.experiment.report;

import java.util.List;
import java.util.Map;

/**
 * What an experiment with strata knows beside its results.
 *
 * @param column of the table that says which stratum a subject is of
 * @param bySubject stratum of each test subject by its name
 * @param logits what the methods' critics themselves say of the images
 */
public record Strata(String column, Map<String, String> bySubject, List<ScoredImage> logits) {}
