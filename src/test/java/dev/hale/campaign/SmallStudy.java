package dev.hale.campaign;

import dev.hale.TinyModel;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomOptions;
import dev.hale.io.Nifti;
import dev.hale.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A model and scans of a few voxels, and commands that take seconds. */
record SmallStudy(Path model, Path scans) {
  /** Writes both into that folder. */
  static SmallStudy in(Path folder) throws IOException {
    Path model = TinyModel.write(folder.resolve("model"), "FLAIR", "T1");
    for (int seed = 50; seed < 54; seed++) {
      PhantomOptions small = new PhantomOptions(32, 32, 3, 6, 10);
      Scan scan = Phantom.subject(Pathology.GLIOMA, seed, small).scan();
      Path subject = Files.createDirectories(folder.resolve("study/p" + seed));
      for (String channel : List.of("FLAIR", "T1")) {
        Path file = subject.resolve(channel + ".nii.gz");
        Nifti.writeMap(file, scan.grid(), scan.channel(scan.channelIndex(channel)));
      }
    }
    return new SmallStudy(model, folder.resolve("study"));
  }

  List<String> detect(Path out) {
    return List.of("detect", "--model=" + model, "--out=" + out, scans.toString());
  }

  static List<String> prepare(Path out) {
    return List.of(
        "prepare",
        "phantom",
        "--pathologies=healthy,glioma",
        "--subjects=4",
        "--validation=0.5",
        "--image-size=16",
        "--spacing=12",
        "--out=" + out);
  }
}
