package dev.hale.experiment;

import dev.hale.data.DataException;
import dev.hale.data.FlatPicture;
import dev.hale.data.Scan;
import dev.hale.data.ScanReader;
import dev.hale.data.layout.SubjectFiles;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomSubject;
import dev.hale.data.prepared.Split;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** A subject that may go into a prepared set, not yet read. */
sealed interface Candidate {
  /** Its name. */
  String subject();

  /** Whom it shows. */
  String patient();

  /** What is known of it before it is read whole: what splits are balanced by. */
  String stratum();

  /** Where it goes, if that was given. */
  Optional<Split> split();

  /** Where it comes from, for the index. */
  String source();

  /** Reads it. */
  Loaded load();

  /**
   * A subject, read.
   *
   * @param brain 1 inside, or null where it is to be found
   * @param lesion 1 in a lesion, or null where only a label is known
   * @param label of the whole scan, where there is no lesion mask
   */
  record Loaded(Scan scan, byte[] brain, byte[] lesion, OptionalInt label) {}

  /** A phantom that is made when it is read. */
  record MadeUp(Pathology pathology, long seed, Optional<Split> split) implements Candidate {
    @Override
    public String subject() {
      return "phantom-%s-%d".formatted(stratum(), seed);
    }

    @Override
    public String patient() {
      return subject();
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
      PhantomSubject made = Phantom.subject(pathology, seed);
      return new Loaded(made.scan(), made.brain(), made.lesion(), OptionalInt.empty());
    }
  }

  /**
   * Files on disk.
   *
   * @param diseased whether its label or mask says so
   * @param pixelMillimetres what a picture's longer side should measure; pictures know no
   *     millimetres
   */
  record OnDisk(SubjectFiles files, boolean diseased, double pixelMillimetres)
      implements Candidate {
    @Override
    public String subject() {
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
      return first().toString();
    }

    private Path first() {
      return files.channels().values().iterator().next();
    }

    @Override
    public Loaded load() {
      if (FlatPicture.isNamed(first())) {
        Scan picture = FlatPicture.read(first(), channel(), pixelMillimetres);
        byte[] everywhere = new byte[picture.grid().size()];
        Arrays.fill(everywhere, (byte) 1);
        return new Loaded(picture, everywhere, null, files.label());
      }
      List<String> names = List.copyOf(files.channels().keySet());
      Scan read = ScanReader.read(List.copyOf(files.channels().values()), names);
      Scan scan = new Scan(subject(), read.channels(), read.grid(), read.voxels());
      byte[] lesion = files.lesion().map(file -> mask(file, scan)).orElse(null);
      byte[] brain =
          files
              .brain()
              .map(file -> ScanReader.readMask(file, scan.grid(), "scan " + subject()))
              .orElse(null);
      return new Loaded(scan, brain, lesion, files.label());
    }

    private String channel() {
      if (files.channels().size() != 1) {
        throw new DataException("a picture is one channel, not " + files.channels().keySet());
      }
      return files.channels().keySet().iterator().next();
    }

    private byte[] mask(Path file, Scan scan) {
      return files.lesionValue() == 0
          ? ScanReader.readMask(file, scan.grid(), "scan " + subject())
          : ScanReader.readMask(file, scan.grid(), "scan " + subject(), files.lesionValue());
    }
  }
}
