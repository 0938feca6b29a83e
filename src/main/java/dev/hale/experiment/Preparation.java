package dev.hale.experiment;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hale.data.AtomicFolder;
import dev.hale.data.DataException;
import dev.hale.data.PreparedScan;
import dev.hale.data.SliceMasks;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.data.prepared.PreparedSetWriter;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.data.prepared.Split;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/** Prepares a set. */
public final class Preparation {
  private Preparation() {}

  /**
   * Writes the set.
   *
   * @param done hears how many subjects are finished
   */
  public static void run(PreparationSettings settings, Path out, IntConsumer done) {
    if (!settings.layout().equals("phantom")) {
      throw new DataException("layout %s: unknown".formatted(settings.layout()));
    }
    AtomicFolder.write(
        out,
        folder -> {
          try (PreparedSetWriter writer = new PreparedSetWriter(folder, settings.preprocessing())) {
            for (int i = 0; i < settings.subjects(); i++) {
              add(writer, settings, i);
              done.accept(i + 1);
            }
            writer.finish(JsonNodeFactory.instance.objectNode().put("layout", "phantom"));
          }
        });
  }

  private static void add(PreparedSetWriter writer, PreparationSettings settings, int i) {
    Pathology pathology = settings.pathologies().get(i % settings.pathologies().size());
    PhantomSubject subject = Phantom.subject(pathology, settings.seed() + i);
    PreparedScan prepared = settings.preprocessing().prepare(subject.scan(), subject.brain());
    SliceMasks masks = prepared.toModel(subject.lesion());
    int validation = Math.max(1, (int) Math.round(1 / settings.validation()));
    Split split =
        i / settings.pathologies().size() % validation == 0 ? Split.VALIDATION : Split.TRAIN;
    for (int n = 0; n < prepared.count(); n++) {
      int pixels = 0;
      for (byte b : masks.masks()[n]) {
        pixels += b;
      }
      if (masks.diseased(n) && pixels < settings.minimumLesion()) {
        continue;
      }
      writer.add(
          new PreparedSlice(
              subject.scan().name(),
              prepared.slices()[n],
              split,
              masks.diseased(n) ? 1 : 0,
              OptionalInt.of(masks.voxels()[n]),
              prepared.brainFractions()[n],
              pathology.name()),
          prepared.images()[n],
          prepared.masks()[n],
          masks.masks()[n]);
    }
  }
}
