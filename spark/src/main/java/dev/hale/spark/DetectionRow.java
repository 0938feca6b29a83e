package dev.hale.spark;

import dev.hale.HaleException;
import dev.hale.detection.result.DetectionRecord;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;

/**
 * What came of one subject, a line of the table. It has setters because Spark makes its rows by
 * them.
 */
public final class DetectionRow implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The order in which the table has its columns; {@code Encoders.bean} sorts them by name. */
  static final List<String> COLUMNS =
      List.of(
          "subject",
          "status",
          "score",
          "lesions",
          "ml",
          "threshold",
          "model",
          "seconds",
          "host",
          "message");

  /** Detected and written now. */
  static final String DONE = "done";

  /** Finished before, or by another attempt meanwhile. */
  static final String SKIPPED = "skipped";

  /** Nothing was written. */
  static final String FAILED = "failed";

  private static final String HOST = host();

  private String subject;
  private String status;
  private Double score;
  private Integer lesions;
  private Double ml;
  private Double threshold;
  private String model;
  private Double seconds;
  private String host;
  private String message;

  /** Without anything yet, for Spark. */
  public DetectionRow() {}

  /** What Spark needs to make a data set of them. */
  public static Encoder<DetectionRow> encoder() {
    return Encoders.bean(DetectionRow.class);
  }

  /**
   * Of a subject whose results are there.
   *
   * @param status {@value #DONE} or {@value #SKIPPED}
   * @param lesions how many were marked
   * @param model SHA-256 of the model; null for a method without
   */
  static DetectionRow of(DetectionRecord record, String status, int lesions, String model) {
    DetectionRow row = new DetectionRow();
    row.subject = record.name();
    row.status = status;
    row.score = record.imageScore();
    row.lesions = lesions;
    row.ml = record.lesionVolumeMl();
    row.threshold = record.threshold();
    row.seconds = record.totalSeconds();
    row.model = model;
    row.host = HOST;
    return row;
  }

  /** Of a subject that failed. */
  static DetectionRow failed(String subject, Throwable error, String model) {
    DetectionRow row = new DetectionRow();
    row.subject = subject;
    row.status = FAILED;
    row.model = model;
    row.host = HOST;
    boolean said = error instanceof HaleException && error.getMessage() != null;
    row.message = said ? error.getMessage() : error.toString();
    return row;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return e.getMessage(); // which begins with the name that has no address
    }
  }

  /** Its name. */
  public String getSubject() {
    return subject;
  }

  public void setSubject(String subject) {
    this.subject = subject;
  }

  /** {@code done}, {@code skipped} where its results were there, or {@code failed}. */
  public String getStatus() {
    return status;
  }

  public void setStatus(String status) {
    this.status = status;
  }

  /** How likely the scan is diseased; comparable within one model; null where it failed. */
  public Double getScore() {
    return score;
  }

  public void setScore(Double score) {
    this.score = score;
  }

  /** How many lesions were marked; null where it failed. */
  public Integer getLesions() {
    return lesions;
  }

  public void setLesions(Integer lesions) {
    this.lesions = lesions;
  }

  /** Volume of the mask in millilitres; null where it failed and for pictures. */
  public Double getMl() {
    return ml;
  }

  public void setMl(Double ml) {
    this.ml = ml;
  }

  /** What cut the mask from the map; null where it failed. */
  public Double getThreshold() {
    return threshold;
  }

  public void setThreshold(Double threshold) {
    this.threshold = threshold;
  }

  /** SHA-256 of the model's folder; null for a method without a model. */
  public String getModel() {
    return model;
  }

  public void setModel(String model) {
    this.model = model;
  }

  /** Of reading, detecting and writing together; null where it failed. */
  public Double getSeconds() {
    return seconds;
  }

  public void setSeconds(Double seconds) {
    this.seconds = seconds;
  }

  /** The machine whose task wrote this line. */
  public String getHost() {
    return host;
  }

  public void setHost(String host) {
    this.host = host;
  }

  /** What was wrong, in one line; null where nothing was. */
  public String getMessage() {
    return message;
  }

  public void setMessage(String message) {
    this.message = message;
  }
}
