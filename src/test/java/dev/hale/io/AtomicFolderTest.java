package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFolderTest {
  @TempDir Path parent;

  @Test
  void nothingIsInPlaceBeforeAllOfItIs() throws IOException {
    Path target = parent.resolve("deep/er/scan");
    AtomicFolder.write(
        target,
        folder -> {
          Files.writeString(folder.resolve("a"), "1");
          assertTrue(Files.notExists(target));
          assertEquals(target.getParent(), folder.getParent());
          assertTrue(folder.getFileName().toString().startsWith("."));
        });
    assertEquals(List.of("scan"), names(target.getParent()));
    assertEquals(List.of("a"), names(target));
  }

  @Test
  void aFolderIsReplacedAsAWhole() throws IOException {
    Path target = parent.resolve("scan");
    AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("old"), "1"));
    AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("new"), "2"));
    assertEquals(List.of("new"), names(target));
    assertEquals(List.of("scan"), names(parent));
  }

  @Test
  void aFailureLeavesWhatWasThere() throws IOException {
    Path target = parent.resolve("scan");
    AtomicFolder.Content failing =
        folder -> {
          Files.writeString(folder.resolve("half"), "1");
          throw new IOException("disk full");
        };
    DataException error =
        assertThrows(DataException.class, () -> AtomicFolder.write(target, failing));
    assertTrue(error.getMessage().contains("cannot be written"), error.getMessage());
    assertTrue(error.getMessage().contains("disk full"), error.getMessage());
    assertEquals(List.of(), names(parent));
    AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("old"), "1"));
    assertThrows(DataException.class, () -> AtomicFolder.write(target, failing));
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFolder.write(
                target,
                folder -> {
                  Files.writeString(folder.resolve("half"), "1");
                  throw new IllegalStateException("a bug");
                }));
    assertEquals(List.of("old"), names(target));
    assertEquals(List.of("scan"), names(parent));
  }

  @Test
  void ofTwoThatWriteWhatWasNotThereTheFirstWins() throws Exception {
    for (int race = 0; race < 300; race++) {
      Path target = parent.resolve("scan" + race);
      List<String> lost = race(target);
      assertEquals(1, lost.size(), "race " + race);
      assertTrue(lost.get(0).endsWith("another process has written it meanwhile"), lost.get(0));
      assertEquals(List.of("a", "b"), names(target));
      assertEquals(
          Files.readString(target.resolve("a")),
          Files.readString(target.resolve("b")),
          "a mixture");
    }
    assertEquals(300, names(parent).size(), "leftovers");
  }

  @Test
  void ofTwoThatReplaceAFolderBothDo() throws Exception {
    Path target = parent.resolve("scan");
    AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("old"), "1"));
    for (int race = 0; race < 300; race++) {
      assertEquals(List.of(), race(target), "race " + race);
      assertEquals(List.of("a", "b"), names(target));
      assertEquals(
          Files.readString(target.resolve("a")),
          Files.readString(target.resolve("b")),
          "a mixture");
    }
    assertEquals(List.of("scan"), names(parent));
  }

  /** What those say that fail, of two that write a folder at once. */
  private static List<String> race(Path target) throws Exception {
    CyclicBarrier begun = new CyclicBarrier(2);
    List<String> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> writers = new ArrayList<>();
    for (String writer : List.of("first", "second")) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  AtomicFolder.write(
                      target,
                      folder -> {
                        Files.writeString(folder.resolve("a"), writer);
                        Files.writeString(folder.resolve("b"), writer);
                        await(begun);
                      });
                } catch (DataException e) {
                  failures.add(e.getMessage());
                }
              });
      thread.start();
      writers.add(thread);
    }
    for (Thread writer : writers) {
      writer.join();
    }
    return failures;
  }

  private static void await(CyclicBarrier barrier) throws IOException {
    try {
      barrier.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IOException(e);
    }
  }

  @Test
  void whatAnotherLiveProcessWritesStaysHoweverLongItPauses() throws Exception {
    Path target = parent.resolve("scan");
    AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("old"), "1"));
    try (WriterProcess other = WriterProcess.ofFolder(target)) {
      other.awaitHalf();
      makeOld();
      AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("a"), "mine"));
      assertEquals(3, names(parent).size(), names(parent).toString()); // half, its lock, mine
      other.goOn();
      assertEquals(List.of("scan"), names(parent));
      assertEquals(List.of("half", "rest"), names(target));
    }
  }

  @Test
  void whatAKilledProcessLeftIsSweptAwayAtOnce() throws Exception {
    Path target = parent.resolve("scan");
    try (WriterProcess other = WriterProcess.ofFolder(target)) {
      other.awaitHalf();
      assertEquals(2, names(parent).size(), names(parent).toString());
    } // kills it
    assertEquals(2, names(parent).size(), names(parent).toString());
    AtomicFolder.write(parent.resolve("other"), folder -> {});
    assertEquals(3, names(parent).size(), "not its business: " + names(parent));
    AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("a"), "1"));
    assertEquals(List.of("other", "scan"), names(parent));
  }

  /** In one process, where looking at one's own lock would give it up. */
  @Test
  void whatThisProcessWritesStaysForItselfAndForOthers() throws Exception {
    Path target = parent.resolve("scan");
    AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("old"), "1"));
    AtomicFolder.write(
        target,
        mine -> {
          Files.writeString(mine.resolve("half"), "1");
          makeOld();
          AtomicFolder.write(target, folder -> Files.writeString(folder.resolve("inner"), "1"));
          assertEquals(List.of("half"), names(mine));
          try (WriterProcess other = WriterProcess.ofFolder(target)) {
            other.awaitHalf();
            other.goOn();
          }
          assertEquals(List.of("half"), names(mine));
        });
    assertEquals(List.of("half"), names(target));
    assertEquals(List.of("scan"), names(parent));
  }

  @Test
  void whatEarlyBuildsLeftWithoutALockIsSweptAwayAfterAnHour() throws IOException {
    Files.writeString(Files.createDirectory(parent.resolve(".scan.1.partial")).resolve("a"), "1");
    Files.createDirectory(parent.resolve(".other.1.partial"));
    makeOld();
    Files.createDirectory(parent.resolve(".scan.2.partial"));
    AtomicFolder.write(
        parent.resolve("scan"), folder -> Files.writeString(folder.resolve("a"), "1"));
    assertEquals(List.of(".other.1.partial", ".scan.2.partial", "scan"), names(parent));
  }

  /**
   * Makes all folders two days old; to set a file's time is to open it, and so gives up its lock.
   */
  private void makeOld() throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      for (Path entry : entries.filter(Files::isDirectory).toList()) {
        Files.setLastModifiedTime(entry, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
      }
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
