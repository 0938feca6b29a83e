package dev.hale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong(5_000_000_000L);

  @Test
  void aTerminalSeesOneRedrawnLine() {
    try (Progress progress = start(Progress.Style.BAR, 40)) {
      seconds(4);
      progress.advance(12);
    }
    assertEquals(
        """
        \r\u001b[KDetecting  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/40 slices\
        \r\u001b[KDetecting  ████████░░░░░░░░░░░░░░░░░░░░  12/40 slices, 3.00 slices/s, 0:09 left\
        \r\u001b[KDetecting: 12/40 slices in 0:04, 3.00 slices/s
        """,
        printed());
  }

  @Test
  void aTaskMayTurnOutLargerThanThought() {
    try (Progress progress = start(Progress.Style.BAR, 10)) {
      seconds(2);
      progress.moveTo(8, 40);
      progress.moveTo(5, 40);
    }
    assertTrue(printed().endsWith("Detecting: 8/40 slices in 0:02, 4.00 slices/s\n"), printed());
  }

  @Test
  void whatAnEarlierRunDidDoesNotCountForTheRate() {
    try (Progress progress = start(Progress.Style.PLAIN, 40)) {
      progress.startAt(20);
      progress.detail("loss 0.5");
      seconds(4);
      progress.advance(4);
    }
    assertEquals(
        """
        Detecting: 24/40 slices (60 %), 1.00 slices/s, 0:16 left, loss 0.5
        Detecting: 24/40 slices in 0:04, 1.00 slices/s, loss 0.5
        """,
        printed());
  }

  @Test
  void theLineNeverReachesTheTerminalsEdge() {
    for (int columns = 1; columns < 120; columns++) {
      bytes.reset();
      Progress progress =
          new Progress(
              Progress.Style.BAR,
              CommandRun.stream(bytes),
              columns,
              clock::get,
              "Detecting",
              40,
              "slices");
      seconds(1000);
      progress.advance(1);
      for (String line : printed().split("\r\u001b\\[K", -1)) {
        assertTrue(line.length() < columns, columns + ": " + line);
      }
    }
  }

  @Test
  void theBarIsNotRedrawnMoreThanTenTimesASecond() {
    Progress progress = start(Progress.Style.BAR, 1000);
    for (int i = 0; i < 1000; i++) {
      clock.addAndGet(1_000_000);
      progress.advance(1);
    }
    assertEquals(11, printed().split("\r", -1).length - 1);
  }

  @Test
  void aLogSeesALineEveryTenSecondsOrTenPercent() {
    try (Progress progress = start(Progress.Style.PLAIN, 40)) {
      seconds(2);
      progress.advance(1); // 2.5 %: too soon
      seconds(8);
      progress.advance(1); // ten seconds
      seconds(2);
      progress.advance(4); // ten percent
      seconds(0.5);
      progress.advance(34); // done, but close() is about to say so
    }
    assertEquals(
        """
        Detecting: 2/40 slices (5 %), 0.20 slices/s, 3:10 left
        Detecting: 6/40 slices (15 %), 0.50 slices/s, 1:08 left
        Detecting: 40 slices in 0:13, 3.20 slices/s
        """,
        printed());
  }

  @Test
  void quietIsSilentButForNotes() {
    try (Progress progress = start(Progress.Style.SILENT, 40)) {
      seconds(20);
      progress.advance(20);
      progress.note("a.nii: truncated");
    }
    assertEquals("a.nii: truncated\n", printed());
  }

  @Test
  void aNoteStaysAboveTheBar() {
    try (Progress progress = start(Progress.Style.BAR, 40)) {
      progress.note("a.nii: truncated");
    }
    assertTrue(printed().contains("\r\u001b[Ka.nii: truncated\n\r\u001b[KDetecting  ░"));
  }

  @Test
  void fractionsAddUpToWholeSlices() {
    try (Progress progress = start(Progress.Style.PLAIN, 16)) {
      for (int step = 0; step < 1000; step++) {
        progress.advance(16.0 / 1000);
      }
      seconds(1);
    }
    assertEquals("Detecting: 16 slices in 0:01, 16.0 slices/s\n", printed());
  }

  @Test
  void everyThreadsUnitsCount() throws InterruptedException {
    Progress progress = start(Progress.Style.PLAIN, 4000);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          new Thread(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  progress.advance(1);
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    seconds(1);
    progress.close();
    assertEquals("Detecting: 4000 slices in 0:01, 4000 slices/s\n", printed());
  }

  @Test
  void closingTwiceOrAdvancingAfterwardsPrintsNothing() {
    Progress progress = start(Progress.Style.PLAIN, 4);
    progress.close();
    String once = printed();
    progress.advance(4);
    progress.close();
    assertEquals(once, printed());
    assertFalse(once.isEmpty());
  }

  @Test
  void nothingToDoIsDone() {
    start(Progress.Style.BAR, 0).close();
    assertTrue(printed().endsWith("Detecting: 0 slices in 0:00\n"), printed());
  }

  @Test
  void clockReadsLikeAStopwatch() {
    assertEquals("0:00", Progress.clock(0.2));
    assertEquals("1:15", Progress.clock(75));
    assertEquals("1:01:15", Progress.clock(3675));
  }

  private Progress start(Progress.Style style, double total) {
    return new Progress(
        style, CommandRun.stream(bytes), 80, clock::get, "Detecting", total, "slices");
  }

  private void seconds(double seconds) {
    clock.addAndGet((long) (seconds * 1e9));
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
