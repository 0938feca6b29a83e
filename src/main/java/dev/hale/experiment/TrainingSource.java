package dev.hale.experiment;

import dev.hale.data.Preprocessing;
import dev.hale.data.Scan;
import dev.hale.data.SubjectFolder;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.training.TrainingImages;
import dev.hale.training.TrainingSetBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;

/** Subjects to train on. */
public sealed interface TrainingSource {

  /** Number of subjects. */
  int subjects();

  /** Hands every subject to {@code visitor} in a fixed order. */
  void visit(Visitor visitor);

  /** Receives a subject. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Takes one subject.
     *
     * @param scan the subject's scan
     * @param lesion its lesion mask, from which labels are taken
     * @param brain its brain mask, or null
     */
    void subject(Scan scan, byte[] lesion, byte[] brain);
  }

  /**
   * Phantoms made on the way, the pathologies taking turns. Seeds start at {@code firstSeed}, so
   * that test subjects with seeds elsewhere are never among them.
   */
  record Phantoms(List<Pathology> pathologies, int subjects, long firstSeed)
      implements TrainingSource {
    public Phantoms {
      pathologies = List.copyOf(pathologies);
    }

    @Override
    public void visit(Visitor visitor) {
      for (int i = 0; i < subjects; i++) {
        PhantomSubject subject =
            Phantom.subject(pathologies.get(i % pathologies.size()), firstSeed + i);
        visitor.subject(subject.scan(), subject.lesion(), subject.brain());
      }
    }
  }

  /**
   * Subject folders on disk.
   *
   * @param folders the subjects
   * @param channels files to read from each
   * @param lesion stem of the lesion mask's file
   * @param brain stem of the brain mask's file; where a subject lacks it the brain is found
   */
  record Folders(List<SubjectFolder> folders, List<String> channels, String lesion, String brain)
      implements TrainingSource {
    /** The subjects of several folders. */
    public static Folders of(List<Path> roots, List<String> channels, String lesion, String brain) {
      List<SubjectFolder> folders =
          roots.stream().flatMap(root -> SubjectFolder.in(root, channels).stream()).toList();
      return new Folders(folders, channels, lesion, brain);
    }

    @Override
    public int subjects() {
      return folders.size();
    }

    @Override
    public void visit(Visitor visitor) {
      for (SubjectFolder folder : folders) {
        Scan scan = folder.scan(channels);
        visitor.subject(scan, folder.mask(lesion, scan), folder.maskOrNull(brain, scan));
      }
    }
  }

  /** All subjects' slices as model images; {@code done} hears the number of subjects so far. */
  default TrainingImages images(
      Preprocessing preprocessing, int minimumLesionPixels, IntConsumer done) {
    TrainingSetBuilder builder = new TrainingSetBuilder(minimumLesionPixels);
    int[] count = {0};
    visit(
        (scan, lesion, brain) -> {
          builder.add(preprocessing.prepare(scan, brain), lesion);
          done.accept(++count[0]);
        });
    return builder.build();
  }
}
