package dev.hale.detection.result;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files that a detection is made from.
 *
 * @param files the scan's, by path
 * @param brain where the brain mask comes from
 * @param brainSha256 of the mask's file; null where it comes from none
 */
public record DetectionInputs(Map<String, InputFile> files, String brain, String brainSha256) {
  public DetectionInputs {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }
}
