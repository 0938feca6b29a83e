package dev.hale.spark;

import dev.hale.app.detect.BrainSource;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.io.FileFailure;
import dev.hale.io.ScanFiles;
import dev.hale.io.ScanSearch;
import dev.hale.scan.DataException;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * Finds the subjects of a job by the names of their files, as {@code hale detect} does: on this
 * machine's disks by the same search, on other file systems by its rules among what these list.
 */
final class SubjectSearch {
  static final String FIND = "find";
  static final String WHOLE = "whole";

  private final ScanSearch search;
  private final DetectionJob job;
  private final Configuration hadoop;

  /**
   * A search.
   *
   * @param renamed name in file names to channel, where the two differ
   */
  SubjectSearch(
      WantedChannels wanted, Map<String, String> renamed, DetectionJob job, Configuration hadoop) {
    search = new ScanSearch(wanted, renamed);
    this.job = job;
    this.hadoop = hadoop;
  }

  /**
   * The subjects.
   *
   * @param inputs Hadoop paths of files and folders
   * @throws DataException if one cannot be searched or nothing is found
   */
  List<SubjectRow> find(List<String> inputs) {
    try {
      List<org.apache.hadoop.fs.Path> places = new ArrayList<>();
      for (String input : inputs) {
        places.add(HadoopPaths.qualified(input, hadoop));
      }
      return places.stream().allMatch(HadoopPaths::isLocal) ? onDisk(places) : listed(places);
    } catch (IOException e) {
      throw new DataException(
          "%s: cannot be searched: %s".formatted(inputs, FileFailure.reason(e)), e);
    }
  }

  private List<SubjectRow> onDisk(List<org.apache.hadoop.fs.Path> places) throws IOException {
    org.apache.hadoop.fs.Path out = HadoopPaths.qualified(job.out(), hadoop);
    Path results = HadoopPaths.isLocal(out) ? HadoopPaths.local(out).normalize() : null;
    List<ScanFiles> scans =
        search
            .find(
                places.stream().map(HadoopPaths::local).toList(),
                folder -> DetectionRecord.isIn(folder) || folder.normalize().equals(results))
            .scans();
    String stem = stem();
    return rows(
        scans,
        scan -> scan.beside(stem),
        scan -> !scan.isBroken(),
        file -> HadoopPaths.of(file).toString());
  }

  private List<SubjectRow> listed(List<org.apache.hadoop.fs.Path> places) throws IOException {
    Map<Path, String> files = new HashMap<>();
    RemoteListing listing = new RemoteListing(HadoopPaths.qualified(job.out(), hadoop));
    for (org.apache.hadoop.fs.Path place : places) {
      for (org.apache.hadoop.fs.Path file : listing.of(place, hadoop)) {
        files.put(RemoteListing.key(file), file.toString());
      }
    }
    Map<Path, List<Path>> folders =
        files.keySet().stream().collect(Collectors.groupingBy(Path::getParent));
    Path where = RemoteListing.key(places.get(0));
    String stem = stem();
    return rows(
        search.among(where, files.keySet()).scans(),
        scan -> scan.beside(stem, folders.get(scan.files().get(0).getParent())),
        scan -> true,
        files::get);
  }

  /** What masks beside scans are called, if the job means such. */
  private String stem() {
    return job.brain() == null ? BrainSource.USUAL : job.brain();
  }

  /**
   * One for each scan.
   *
   * @param mask the one beside a scan; null where there is none
   * @param isWhole not of scans that will fail whatever is beside them
   * @param names what Hadoop calls a file
   */
  private List<SubjectRow> rows(
      List<ScanFiles> scans,
      Function<ScanFiles, Path> mask,
      Predicate<ScanFiles> isWhole,
      Function<Path, String> names) {
    Map<ScanFiles, String> masks = new HashMap<>();
    boolean find = stem().equals(FIND) || stem().equals(WHOLE);
    String common = find ? null : commonMask();
    for (ScanFiles scan : scans) {
      Path beside = find || common != null ? null : mask.apply(scan);
      masks.put(scan, beside == null ? common : names.apply(beside));
    }
    if (job.brain() == null
        && scans.stream().anyMatch(scan -> isWhole.test(scan) && masks.get(scan) == null)) {
      masks.clear(); // as on the command line: of all or of none
    }
    return scans.stream()
        .map(
            scan ->
                new SubjectRow(
                    scan.name(),
                    scan.channels(),
                    scan.files().stream().map(names).toList(),
                    scan.prefix(),
                    masks.get(scan)))
        .toList();
  }

  /** The mask for all subjects that the job names; null where what it names is no file. */
  private String commonMask() {
    if (job.brain() == null) {
      return null;
    }
    try {
      org.apache.hadoop.fs.Path mask = HadoopPaths.qualified(job.brain(), hadoop);
      return mask.getFileSystem(hadoop).exists(mask) ? mask.toString() : null;
    } catch (IOException e) {
      throw FileFailure.unreadable(job.brain(), e);
    }
  }
}
