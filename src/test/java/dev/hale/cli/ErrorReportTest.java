package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.HaleException;
import dev.hale.detection.DetectionCancelled;
import dev.hale.detection.DetectionProgress;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.DeviceException;
import dev.hale.scan.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

final class ErrorReportTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final HaleCommand hale =
      new HaleCommand(
          new Console(
              CommandRun.stream(new ByteArrayOutputStream()),
              CommandRun.stream(bytes),
              false,
              false,
              false,
              80));
  private final ErrorReport errors = new ErrorReport(hale);

  @Test
  void eachKindOfErrorHasItsCode() {
    assertEquals(3, errors.report(new DataException("x")));
    assertEquals(3, errors.report(new IOException("x")));
    assertEquals(3, errors.report(new HaleException("x")));
    assertEquals(4, errors.report(new CheckpointException("x")));
    assertEquals(5, errors.report(new DeviceException("x")));
    assertEquals(5, errors.report(new UnsatisfiedLinkError("x")));
    assertEquals(1, errors.report(new IllegalStateException("x")));
    assertEquals(1, errors.report(new OutOfMemoryError("Java heap space")));
    assertEquals(130, errors.report(new InterruptedException()));
  }

  @Test
  void wrappersOfOtherThreadsAreSeenThrough() {
    DataException cause = new DataException("truncated");
    assertEquals(3, errors.report(new ExecutionException(cause)));
    assertEquals(4, errors.report(new CompletionException(new CheckpointException("x"))));
    assertEquals(3, errors.report(new UncheckedIOException(new IOException("x"))));
    RuntimeException fault = new IllegalStateException("a fault of hale");
    assertEquals(1, errors.report(new ExceptionInInitializerError(fault)));
    assertTrue(printed().startsWith("hale: truncated\n"), printed());
  }

  @Test
  void aDetectionThatWasEndedCountsByWhatEndedIt() {
    DetectionProgress broken =
        (done, total) -> {
          throw new DataException("the disk is full");
        };
    assertEquals(3, errors.report(ended(broken)));
    assertEquals("hale: the disk is full\n", printed());
    Thread.currentThread().interrupt();
    assertEquals(130, errors.report(ended(DetectionProgress.NONE)));
    assertTrue(Thread.interrupted());
  }

  private static DetectionCancelled ended(DetectionProgress progress) {
    return assertThrows(DetectionCancelled.class, () -> progress.cancelling().onSlices(1, 2));
  }

  @Test
  void anErrorIsOneLineWithoutAStackTrace() {
    errors.report(new DataException("scan a.nii is truncated:\n  expected 10 bytes\n"));
    assertEquals("hale: scan a.nii is truncated:; expected 10 bytes\n", printed());
  }

  @Test
  void verboseAddsTheStackTrace() {
    hale.verbose = true;
    errors.report(new DataException("truncated"));
    assertTrue(printed().startsWith("hale: truncated\n"), printed());
    assertTrue(printed().contains("at dev.hale.cli.ErrorReportTest"), printed());
  }

  @Test
  void aMissingFileIsNamed() {
    errors.report(new NoSuchFileException("scans/a.nii"));
    assertEquals("hale: no such file or folder: scans/a.nii\n", printed());
  }

  @Test
  void anInternalErrorSaysSo() {
    errors.report(new IllegalStateException("index 4"));
    assertEquals(
        "hale: internal error: IllegalStateException: index 4 (--verbose shows where)\n",
        printed());
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
