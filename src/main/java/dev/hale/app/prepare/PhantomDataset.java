package dev.hale.app.prepare;

import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.io.AtomicFile;
import dev.hale.io.AtomicFolder;
import dev.hale.io.Nifti;
import dev.hale.scan.DataException;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Phantoms as a data set on disk: a folder a subject, with a file a channel and the masks {@code
 * lesion.nii.gz} and {@code brain.nii.gz}, and {@code labels.csv} beside the folders.
 *
 * @param folder where the subjects' folders go
 * @param pathologies what the subjects suffer from, taking turns
 * @param subjects how many
 * @param firstSeed seed of the first; each further one has the next
 */
public record PhantomDataset(
    Path folder, List<Pathology> pathologies, int subjects, long firstSeed) {
  private static final String TABLE = "labels.csv";

  public PhantomDataset {
    pathologies = List.copyOf(pathologies);
    if (pathologies.isEmpty() || subjects < 1) {
      throw new DataException("a phantom data set needs a pathology and at least one subject");
    }
  }

  /**
   * What is known of a subject.
   *
   * @param subject name of its folder
   * @param pathology healthy, glioma or ms
   * @param seed the phantom's seed
   * @param slices number of axial slices
   * @param diseasedSlices how many of them show lesion
   * @param sliceLabels a digit a slice from the lowest up, 1 where it shows lesion
   * @param lesionMl volume of the lesions in millilitres
   * @param written whether this run wrote it, rather than found it finished
   */
  public record Subject(
      String subject,
      String pathology,
      long seed,
      int slices,
      int diseasedSlices,
      String sliceLabels,
      double lesionMl,
      boolean written) {
    private static final String HEADER =
        "subject,pathology,label,seed,slices,diseased_slices,slice_labels,lesion_ml\n";

    private String row() {
      // The apostrophe keeps spreadsheets from reading the labels as one huge number.
      return "%s,%s,%s,%d,%d,%d,'%s,%.3f"
          .formatted(
              subject,
              pathology,
              diseasedSlices > 0 ? "diseased" : "healthy",
              seed,
              slices,
              diseasedSlices,
              sliceLabels,
              lesionMl);
    }
  }

  /**
   * Writes the subjects, on all processors. A subject's folder appears whole or not at all; one
   * that is there already stays unless {@code overwrite}. The table keeps its rows of other
   * subjects.
   *
   * @param done hears of each subject, from several threads
   * @return the subjects in the order of their seeds
   */
  public List<Subject> write(boolean overwrite, Consumer<Subject> done) throws IOException {
    Files.createDirectories(folder);
    List<Subject> written =
        IntStream.range(0, subjects)
            .parallel()
            .mapToObj(
                i -> {
                  Subject subject = write(i, overwrite);
                  done.accept(subject);
                  return subject;
                })
            .toList();
    writeTable(written);
    return written;
  }

  private Subject write(int i, boolean overwrite) {
    Pathology pathology = pathologies.get(i % pathologies.size());
    long seed = firstSeed + i;
    String name = pathology.name().toLowerCase(Locale.ROOT) + "-" + seed;
    Path target = folder.resolve(name);
    if (Files.exists(target) && !overwrite) {
      Scan lesion = Nifti.read(target.resolve("lesion.nii.gz"));
      return describe(name, pathology, seed, lesion, false);
    }
    PhantomSubject phantom = Phantom.subject(pathology, seed);
    Scan scan = phantom.scan();
    AtomicFolder.write(
        target,
        fresh -> {
          for (int c = 0; c < scan.channels().size(); c++) {
            Path file = fresh.resolve(scan.channels().get(c) + ".nii.gz");
            Nifti.writeMap(file, scan.grid(), scan.channel(c));
          }
          Nifti.writeMask(fresh.resolve("lesion.nii.gz"), scan.grid(), phantom.lesion());
          Nifti.writeMask(fresh.resolve("brain.nii.gz"), scan.grid(), phantom.brain());
        });
    float[] lesion = new float[scan.grid().size()];
    for (int v = 0; v < lesion.length; v++) {
      lesion[v] = phantom.lesion()[v];
    }
    Scan mask = new Scan(name, List.of("lesion"), scan.grid(), lesion);
    return describe(name, pathology, seed, mask, true);
  }

  private static Subject describe(
      String name, Pathology pathology, long seed, Scan lesion, boolean written) {
    int slices = lesion.grid().nz();
    int area = lesion.grid().nx() * lesion.grid().ny();
    StringBuilder labels = new StringBuilder();
    int voxels = 0;
    for (int k = 0; k < slices; k++) {
      int before = voxels;
      for (int v = k * area; v < (k + 1) * area; v++) {
        voxels += lesion.voxels()[v] != 0 ? 1 : 0;
      }
      labels.append(voxels > before ? '1' : '0');
    }
    double[] spacing = lesion.grid().spacing();
    return new Subject(
        name,
        pathology.name().toLowerCase(Locale.ROOT),
        seed,
        slices,
        (int) labels.chars().filter(label -> label == '1').count(),
        labels.toString(),
        voxels * spacing[0] * spacing[1] * spacing[2] / 1000,
        written);
  }

  private void writeTable(List<Subject> subjects) throws IOException {
    Path table = folder.resolve(TABLE);
    Map<String, String> rows = new LinkedHashMap<>();
    if (Files.exists(table)) {
      for (String line : Files.readAllLines(table)) {
        String name = line.substring(0, Math.max(line.indexOf(','), 0));
        if (!name.isEmpty() && Files.isDirectory(folder.resolve(name))) {
          rows.put(name, line);
        }
      }
    }
    subjects.forEach(subject -> rows.put(subject.subject(), subject.row()));
    String text = Subject.HEADER + String.join("\n", rows.values()) + "\n";
    AtomicFile.write(table, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }
}
