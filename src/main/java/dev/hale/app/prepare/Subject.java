package dev.hale.app.prepare;

import dev.hale.data.layout.SubjectFiles;
import dev.hale.data.phantom.OtherScanner;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.data.prepared.Split;
import dev.hale.io.FlatPicture;
import dev.hale.io.ScanReader;
import dev.hale.scan.BrainMask;
import dev.hale.scan.DataException;
import dev.hale.scan.Mask;
import dev.hale.scan.Scan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A subject that may go into a prepared set, not yet read. */
public sealed interface Subject {
  /** Its name. */
  String name();

  /** Whom it shows. */
  String patient();

  /** What is known of it before it is read whole: what splits are balanced by. */
  String stratum();

  /** Where it goes, if that was given. */
  Optional<Split> split();

  /** Where it comes from, for the index. */
  String source();

  /** What else is known of it, such as its site, by the column of the table that says so. */
  default Map<String, String> columns() {
    return Map.of();
  }

  /** Whether it is a picture, which has neither left nor millimetres. */
  default boolean isPicture() {
    return false;
  }

  /** Reads it. */
  Loaded load();

  /** The same head without its disease, where there can be such a scan; read or made anew. */
  default Optional<Scan> twin() {
    return Optional.empty();
  }

  /**
   * A subject, read.
   *
   * @param brain null where it is to be found
   * @param lesion null where only a label is known
   * @param label of the whole scan, where it was given; a lesion mask counts for more
   */
  record Loaded(Scan scan, Mask brain, Mask lesion, OptionalInt label) {
    /**
     * What is odd about the masks, a line each that begins with the file.
     *
     * @param looked the brain that was given or found
     */
    public List<String> warnings(byte[] looked) {
      List<String> lines = new ArrayList<>(scan.warnings(brain == null ? looked : brain.voxels()));
      if (brain != null) {
        lines.addAll(brain.warnings());
      }
      if (lesion != null) {
        lines.addAll(lesion.warnings());
        lines.addAll(lesion.against(scan.name(), label));
        lines.addAll(lesion.over(looked));
      }
      return lines;
    }
  }

  /**
   * A phantom that is made when it is read.
   *
   * @param scanner whose image it is
   */
  record MadeUp(Pathology pathology, long seed, OtherScanner scanner) implements Subject {
    @Override
    public Optional<Split> split() {
      return Optional.empty();
    }

    @Override
    public String name() {
      return "phantom-" + stratum() + "-" + seed;
    }

    @Override
    public String patient() {
      return name();
    }

    @Override
    public String stratum() {
      return pathology.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String source() {
      return pathology.name();
    }

    @Override
    public Loaded load() {
      PhantomSubject made = RecentPhantoms.subject(pathology, seed, scanner);
      return new Loaded(
          made.scan(),
          new Mask(name(), made.brain(), List.of()),
          new Mask(name(), made.lesion(), List.of()),
          OptionalInt.empty());
    }

    @Override
    public Optional<Scan> twin() {
      return pathology == Pathology.HEALTHY
          ? Optional.empty()
          : Optional.of(RecentPhantoms.subject(Pathology.HEALTHY, seed, scanner).scan());
    }
  }

  /**
   * Files on disk.
   *
   * @param diseased whether its label or mask says so
   * @param pixelMillimetres what a picture's longer side should measure; pictures know no
   *     millimetres
   */
  record OnDisk(SubjectFiles files, boolean diseased, double pixelMillimetres) implements Subject {
    @Override
    public String name() {
      return files.subject();
    }

    @Override
    public String patient() {
      return files.patient();
    }

    @Override
    public String stratum() {
      return diseased ? "diseased" : "healthy";
    }

    @Override
    public Optional<Split> split() {
      return files.split();
    }

    @Override
    public String source() {
      return first(files).toString();
    }

    @Override
    public Map<String, String> columns() {
      return files.columns();
    }

    @Override
    public boolean isPicture() {
      return FlatPicture.isNamed(first(files));
    }

    private static Path first(SubjectFiles files) {
      return files.channels().values().iterator().next();
    }

    /** The lesion mask by itself, wherever it lies; empty where there is none. */
    public static Optional<Mask> lesion(SubjectFiles files, double pixelMillimetres) {
      return files
          .lesion()
          .map(
              file ->
                  Mask.of(
                      file.toString(), image(files, file, pixelMillimetres), files.lesionValue()));
    }

    /** A mask's image: a picture's is one too, and measures what the picture does. */
    private static Scan image(SubjectFiles files, Path mask, double pixelMillimetres) {
      return FlatPicture.isNamed(first(files))
          ? FlatPicture.read(mask, "mask", pixelMillimetres)
          : ScanReader.read(List.of(mask));
    }

    @Override
    public Loaded load() {
      Scan scan = scan();
      Mask brain = files.brain().map(file -> mask(file, 0, scan).asBrain()).orElse(null);
      if (brain == null && isPicture()) {
        brain = new Mask(name(), BrainMask.whole(scan.grid()), List.of());
      }
      Mask lesion = files.lesion().map(file -> mask(file, files.lesionValue(), scan)).orElse(null);
      return new Loaded(scan, brain, lesion, files.label());
    }

    private Scan scan() {
      Scan read =
          isPicture()
              ? FlatPicture.read(first(files), channel(), pixelMillimetres)
              : ScanReader.read(
                  List.copyOf(files.channels().values()), List.copyOf(files.channels().keySet()));
      return new Scan(name(), read.channels(), read.grid(), read.voxels());
    }

    private Mask mask(Path file, int label, Scan scan) {
      Scan image = image(files, file, pixelMillimetres);
      return Mask.on(scan.grid(), "scan " + name(), file.toString(), image, label);
    }

    private String channel() {
      if (files.channels().size() != 1) {
        throw new DataException("a picture is one channel, not " + files.channels().keySet());
      }
      return files.channels().keySet().iterator().next();
    }
  }
}
