package dev.hale.training;

import dev.hale.engine.Checkpoint;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.SafeTensors;
import dev.hale.io.FileFailure;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;

/**
 * The last two checkpoints of a training. A new one is written whole and synchronised under a third
 * name before any other is touched, so that a process which dies at any moment leaves at least one
 * to resume from.
 */
final class CheckpointFiles {
  private static final String CHECKSUM = "crc32c";

  private final TrainingFolder files;

  CheckpointFiles(TrainingFolder files) {
    this.files = files;
  }

  /** Makes the folder ready: what a process that died was doing is finished. */
  void prepare() {
    try {
      Files.createDirectories(files.folder());
      Path probe = Files.createTempFile(files.folder(), ".probe", ".tmp");
      Files.delete(probe);
      if (Files.exists(files.next())) {
        rotate();
      }
    } catch (IOException e) {
      throw new TrainingException(
          "%s: a training cannot write there: %s".formatted(files.folder(), FileFailure.reason(e)),
          e);
    }
  }

  /** Whether there is anything to resume from. */
  boolean any() {
    return Files.exists(files.checkpoint()) || Files.exists(files.previous());
  }

  /**
   * Writes a checkpoint; the last one becomes the previous one.
   *
   * @throws DataException where it cannot be written; the others are then as they were
   */
  void write(Map<String, Tensor> tensors, Map<String, String> metadata) {
    Map<String, String> all = new LinkedHashMap<>(metadata);
    all.put(CHECKSUM, checksum(tensors));
    SafeTensors.write(files.next(), tensors, all);
    try {
      rotate();
    } catch (IOException e) {
      throw new DataException(
          "%s cannot be moved: %s".formatted(files.next(), FileFailure.reason(e)), e);
    }
  }

  private void rotate() throws IOException {
    if (Files.exists(files.checkpoint())) {
      move(files.checkpoint(), files.previous());
    }
    move(files.next(), files.checkpoint());
    try (FileChannel folder = FileChannel.open(files.folder(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Reads a checkpoint; the caller's.
   *
   * @throws CheckpointException where there is none, or it is damaged; it then names the previous
   *     one
   */
  Checkpoint read(Start start) {
    boolean last = start == Start.RESUME;
    Path file = last ? files.checkpoint() : files.previous();
    if (!Files.exists(file)) {
      throw new CheckpointException(
          "%s: there is no such checkpoint to resume from".formatted(file));
    }
    try {
      Checkpoint checkpoint = SafeTensors.read(file);
      String expected = checkpoint.metadata().getOrDefault(CHECKSUM, "missing");
      String found = checksum(checkpoint.tensors());
      if (!found.equals(expected)) {
        checkpoint.close();
        throw new CheckpointException(
            "%s: its checksum is %s, but its content has %s".formatted(file, expected, found));
      }
      return checkpoint;
    } catch (CheckpointException e) {
      String other =
          last && Files.exists(files.previous())
              ? "; to go on from the one before, %s, resume from the previous checkpoint (--resume=previous)"
                  .formatted(files.previous().getFileName())
              : "";
      throw new CheckpointException(e.getMessage() + other, e);
    }
  }

  /** The CRC-32C of all names and bytes, whatever the order and the layout in memory. */
  private static String checksum(Map<String, Tensor> tensors) {
    long sum = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      CRC32C crc = new CRC32C();
      crc.update(entry.getKey().getBytes(StandardCharsets.UTF_8));
      try (Tensor plain = entry.getValue().detach().cpu().contiguous();
          Pointer data = plain.data_ptr();
          BytePointer bytes = new BytePointer(data)) {
        if (plain.numel() > 0) {
          crc.update(bytes.position(0).limit(plain.nbytes()).asByteBuffer());
        }
      }
      sum += crc.getValue();
    }
    return Long.toHexString(sum);
  }
}
