package dev.hale.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several attempts at one subject's results. */
final class ResultStoreTest {
  private static final int ATTEMPTS = 4;

  @TempDir Path temporary;
  private final Configuration hadoop = new Configuration();
  private Path out;

  @BeforeEach
  void nameOut() {
    hadoop.set("fs.objects.impl", ObjectStore.class.getName());
    out = temporary.resolve("out");
  }

  @Test
  void ofAttemptsAtOnceOneWinsAndNothingElseIsLeft() throws Exception {
    race(store("file:"));
    assertFalse(Files.exists(out.resolve(".attempts/s0")), "swept by who came later");
    store("file:").sweep();
    assertFalse(Files.exists(out.resolve(".attempts")));
  }

  @Test
  void inAnObjectStoreToo() throws Exception {
    race(store("objects:"));
  }

  private void race(ResultStore store) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(ATTEMPTS);
    for (int round = 0; round < 50; round++) {
      String subject = "s" + round;
      CyclicBarrier start = new CyclicBarrier(ATTEMPTS);
      List<Future<Boolean>> firsts = new ArrayList<>();
      for (int a = 0; a < ATTEMPTS; a++) {
        String attempt = "attempt-" + a;
        Path complete = results(subject + attempt, attempt);
        firsts.add(
            threads.submit(
                () -> {
                  start.await();
                  return store.commit(subject, complete, attempt);
                }));
      }
      String winner = null;
      for (int a = 0; a < ATTEMPTS; a++) {
        if (firsts.get(a).get()) {
          assertEquals(null, winner, "two were first");
          winner = "attempt-" + a;
        }
      }
      Path folder = out.resolve(subject);
      assertEquals(List.of("detection.json", "lesions.tsv", "mask.nii.gz"), Study.names(folder));
      assertEquals(winner, Files.readString(folder.resolve("detection.json")));
    }
    threads.shutdown();
  }

  @Test
  void whatAKilledAttemptHasLeftIsNotTakenForResultsAndGoesWithTheNext() throws IOException {
    Path dead = Files.createDirectories(out.resolve(".attempts/s/killed"));
    Files.writeString(dead.resolve("mask.nii.gz"), "half");
    ResultStore store = store("file:");
    assertFalse(store.isFinished("s"));
    store.sweep();
    assertTrue(Files.exists(dead), "of a subject that is not finished: it may be alive");
    assertTrue(store.commit("s", results("r", "second"), "second"));
    assertFalse(Files.exists(dead));
    assertTrue(store.isFinished("s"));
  }

  @Test
  void aFolderOfSomebodyElseIsNotTouched() throws IOException {
    Files.createDirectories(out.resolve("s"));
    Files.writeString(out.resolve("s/notes.txt"), "mine");
    ResultStore store = store("file:");
    assertThrows(DataException.class, () -> store.isFinished("s"));
    assertThrows(DataException.class, () -> store.commit("s", results("r", "a"), "a"));
    assertEquals(List.of("notes.txt"), Study.names(out.resolve("s")));
  }

  private ResultStore store(String scheme) throws IOException {
    return new ResultStore(scheme + out, hadoop);
  }

  private Path results(String folder, String attempt) throws IOException {
    Path complete = Files.createDirectories(temporary.resolve(folder));
    Files.writeString(complete.resolve("mask.nii.gz"), "mask");
    Files.writeString(complete.resolve("lesions.tsv"), "lesion\n");
    Files.writeString(complete.resolve("detection.json"), attempt);
    return complete;
  }
}
