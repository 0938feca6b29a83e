package dev.hale.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;

/** One subject that is to be looked at. It has setters because Spark makes its rows by them. */
public final class SubjectRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private String name;
  private List<String> channels;
  private List<String> files;
  private String prefix;
  private String brain;

  /** Without anything yet, for Spark. */
  public SubjectRow() {}

  /**
   * A subject.
   *
   * @param name unlike every other subject's; its results get a folder of this name
   * @param channels what the files show, in their order
   * @param files Hadoop paths with their schemes, at least one, all in one folder
   * @param prefix what precedes the channel in the files' names; may be empty
   * @param brain Hadoop path of the brain mask; null where the job says where the brain is
   */
  public SubjectRow(
      String name, List<String> channels, List<String> files, String prefix, String brain) {
    this.name = name;
    this.channels = List.copyOf(channels);
    this.files = List.copyOf(files);
    this.prefix = prefix;
    this.brain = brain;
  }

  /** What Spark needs to make a data set of them. */
  public static Encoder<SubjectRow> encoder() {
    return Encoders.bean(SubjectRow.class);
  }

  /** Its name. */
  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  /** What the files show, in their order. */
  public List<String> getChannels() {
    return channels;
  }

  public void setChannels(List<String> channels) {
    this.channels = channels;
  }

  /** Hadoop paths. */
  public List<String> getFiles() {
    return files;
  }

  public void setFiles(List<String> files) {
    this.files = files;
  }

  /** What precedes the channel in the files' names. */
  public String getPrefix() {
    return prefix;
  }

  public void setPrefix(String prefix) {
    this.prefix = prefix;
  }

  /** Hadoop path of the brain mask; null where the job says where the brain is. */
  public String getBrain() {
    return brain;
  }

  public void setBrain(String brain) {
    this.brain = brain;
  }
}
