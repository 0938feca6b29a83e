package dev.hale.app.experiment;

import dev.hale.app.detect.ScanSource;
import dev.hale.app.experiment.report.SubjectMeasures;
import dev.hale.app.prepare.Subject;
import dev.hale.detection.result.DetectionInputs;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.detection.result.InputFile;
import dev.hale.detection.result.ScanInput;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.WantedChannels;
import java.nio.file.Path;
import java.util.Map;

/** A test subject on its way through a detection, whose map is measured as soon as it is there. */
final class TestScan implements ScanSource {
  private final String method;
  private final Fold fold;
  private final Subject subject;
  private TestSubject tested;
  private String sha256;
  private double seconds;

  TestScan(String method, Fold fold, Subject subject) {
    this.method = method;
    this.fold = fold;
    this.subject = subject;
  }

  @Override
  public String name() {
    return subject.name();
  }

  /** What is tested on, once it is read and until its results are written. */
  TestSubject tested() {
    return tested;
  }

  /** Of what is tested on, once it is read. */
  String sha256() {
    return sha256;
  }

  /** Says what the detection took, before its results are written. */
  void took(double detection) {
    seconds = detection;
  }

  /** One brain for all methods, whatever channels they look at. */
  @Override
  public ScanInput read(WantedChannels channels) {
    tested = TestSubject.read(subject, fold.config().data().preparation().wanted());
    sha256 = tested.sha256();
    InputFile read = new InputFile(String.join(",", tested.scan().channels()), null, sha256);
    return new ScanInput(
        channels.of(tested.scan()),
        tested.brainMask(),
        new DetectionInputs(Map.of(subject.name(), read), tested.brainMask().file(), null),
        subject.isPicture());
  }

  @Override
  public void add(Path folder, AnomalyMap found, DetectionRecord record) {
    SubjectMeasures measures =
        new SubjectMeasures(
            method,
            fold.name(),
            subject.patient(),
            fold.seed(),
            seconds,
            sha256,
            tested.measure(
                found.map(), found.threshold(), fold.config().data().preparation().axis()),
            null);
    ResultFolder.write(folder, measures);
    tested = null; // large
  }
}
