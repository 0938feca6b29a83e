package dev.hale.app.prepare;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.app.recipe.LabelSource;
import dev.hale.app.recipe.PreparationSettings;
import dev.hale.data.layout.Skipped;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.PreparedSetWriter;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.io.AtomicFolder;
import dev.hale.io.FileFailure;
import dev.hale.scan.DataException;
import dev.hale.scan.PreparedScan;
import dev.hale.scan.Preprocessing;
import dev.hale.scan.SliceMasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Makes a prepared set of a plan: two subjects are read at a time, few are held in memory, and the
 * folder appears whole or not at all.
 */
public final class Preparation {
  private static final int THREADS = 2;
  private static final int AHEAD = 4;

  private final PreparationSettings settings;
  private final PreparationPlan plan;
  private final List<Skipped> skipped;
  private final Set<String> warnings;

  private Preparation(PreparationSettings settings, PreparationPlan plan) {
    this.settings = settings;
    this.plan = plan;
    skipped = new ArrayList<>(plan.skipped());
    warnings = new LinkedHashSet<>(plan.warnings());
  }

  /** A subject's slices, ready to be written. */
  private record Ready(
      Subject subject, PreparedScan scan, SliceMasks masks, int label, List<String> warnings) {}

  /**
   * Writes the set.
   *
   * @param out the folder; what stands there is replaced if it is a prepared set
   * @param done hears how many subjects are finished
   * @return everything that was left, what could not be read included
   * @throws DataException where nothing remains, or the folder is something else
   */
  public static List<Skipped> run(
      PreparationSettings settings, PreparationPlan plan, Path out, IntConsumer done) {
    requireReplaceable(out);
    Preparation preparation = new Preparation(settings, plan);
    AtomicFolder.write(out, folder -> preparation.write(folder, done));
    return preparation.skipped;
  }

  private static void requireReplaceable(Path out) {
    if (!Files.exists(out) || Files.isRegularFile(out.resolve("set.json"))) {
      return;
    }
    try (Stream<Path> entries = Files.list(out)) {
      if (entries.findAny().isPresent()) {
        throw new DataException(
            out + " holds something that is not a prepared set; choose another folder");
      }
    } catch (IOException e) {
      throw FileFailure.unreadable(out, e);
    }
  }

  private void write(Path folder, IntConsumer done) {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    int written = 0;
    int finished = 0;
    try (PreparedSetWriter writer = new PreparedSetWriter(folder, settings.preprocessing())) {
      Deque<Future<Ready>> ahead = new ArrayDeque<>();
      int next = 0;
      List<Subject> subjects = plan.subjects();
      while (finished < subjects.size()) {
        while (next < subjects.size() && ahead.size() < AHEAD) {
          Subject subject = subjects.get(next++);
          ahead.add(threads.submit(() -> prepare(subject)));
        }
        written += add(writer, subjects.get(finished), ahead.remove());
        done.accept(++finished);
      }
      if (written == 0) {
        throw new DataException("no slice remains: " + reasons());
      }
      writer.finish(provenance());
    } finally {
      threads.shutdownNow();
    }
  }

  private String reasons() {
    return skipped.isEmpty()
        ? "there is no subject"
        : "%s: %s%s"
            .formatted(
                skipped.get(0).what(), skipped.get(0).reason(), skipped.size() > 1 ? "; …" : "");
  }

  private Ready prepare(Subject subject) {
    Subject.Loaded loaded = subject.load();
    Preprocessing preprocessing = settings.preprocessing();
    byte[] brain = loaded.brain() == null ? null : loaded.brain().voxels();
    PreparedScan scan = preprocessing.prepare(loaded.scan(), brain);
    SliceMasks masks = loaded.lesion() == null ? null : scan.toModel(loaded.lesion().voxels());
    List<String> odd = loaded.warnings(scan.brainMask());
    return new Ready(subject, scan, masks, loaded.label().orElse(-1), odd);
  }

  /** Waits for a subject and writes it; one that cannot be read is skipped. */
  private int add(PreparedSetWriter writer, Subject subject, Future<Ready> future) {
    Ready ready;
    try {
      ready = future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DataException unreadable) {
        skipped.add(new Skipped(subject.name(), unreadable.getMessage(), true));
        return 0;
      }
      throw new IllegalStateException(subject.name() + " cannot be prepared", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("the preparation was interrupted", e);
    }
    warnings.addAll(ready.warnings());
    writer.step(subject.name(), ready.scan().sliceStep());
    int written = 0;
    for (int n = 0; n < ready.scan().count(); n++) {
      written += add(writer, ready, n) ? 1 : 0;
    }
    return written;
  }

  /** By slice, one with a few lesion pixels is neither healthy nor diseased and left out. */
  private boolean add(PreparedSetWriter writer, Ready ready, int n) {
    boolean masked = ready.masks() != null;
    boolean bySlice = masked && settings.labelSource() != LabelSource.SUBJECT;
    boolean patient = !ready.subject().stratum().equals("healthy");
    boolean diseased = bySlice ? ready.masks().diseased(n) : masked ? patient : ready.label() == 1;
    if (bySlice && diseased && lesionPixels(ready.masks(), n) < settings.minimumLesion()) {
      return false;
    }
    if (bySlice && !diseased && patient && settings.labelSource() == LabelSource.COHORT) {
      return false;
    }
    writer.add(
        new PreparedSlice(
            ready.subject().name(),
            ready.scan().slices()[n],
            plan.split(ready.subject()),
            diseased ? 1 : 0,
            masked ? OptionalInt.of(ready.masks().voxels()[n]) : OptionalInt.empty(),
            ready.scan().brainFractions()[n],
            ready.subject().source()),
        ready.scan().images()[n],
        ready.scan().masks()[n],
        masked ? ready.masks().masks()[n] : null);
    return true;
  }

  private static int lesionPixels(SliceMasks masks, int n) {
    int pixels = 0;
    for (byte b : masks.masks()[n]) {
      pixels += b;
    }
    return pixels;
  }

  private ObjectNode provenance() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("layout", settings.layout());
    settings.source().ifPresent(source -> node.put("source", source.toString()));
    node.put("seed", settings.seed());
    node.put("minimum_lesion_pixels", settings.minimumLesion());
    node.put("validation_share", settings.validation());
    node.put("test_share", settings.test());
    ObjectNode patients = node.putObject("patients");
    plan.patientsBySplit().forEach((split, names) -> names.forEach(patients.withArray(split)::add));
    for (Skipped left : skipped) {
      node.withArray("skipped").addObject().put("what", left.what()).put("reason", left.reason());
    }
    warnings.forEach(node.putArray(PreparedSet.WARNINGS)::add);
    return node;
  }
}
