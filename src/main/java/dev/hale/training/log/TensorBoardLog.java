package dev.hale.training.log;

import dev.hale.io.FileFailure;
import dev.hale.scan.DataException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * An event file that TensorBoard shows: scalars and pictures by step. Each event is a protocol
 * buffer ({@code tensorboard/compat/proto/event.proto}) in a TFRecord frame: length, checksum,
 * content, checksum.
 */
public final class TensorBoardLog implements AutoCloseable {
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;

  private static final int SUMMARY_VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int IMAGE = 4;
  private static final int SESSION_STATUS = 1;
  private static final int SESSION_START = 1;

  private static final int PNG_WIDTH_AT = 16; // signature 8, length 4, "IHDR" 4
  private static final int RGB = 3;

  private final Path file;
  private final OutputStream out;

  private TensorBoardLog(Path file, OutputStream out) {
    this.file = file;
    this.out = out;
  }

  /**
   * Starts a new event file in a folder, for a training that has done {@code steps} steps. Where a
   * killed run's file holds later ones, TensorBoard forgets them.
   */
  public static TensorBoardLog open(Path folder, long steps) {
    long millis = System.currentTimeMillis();
    Path file =
        folder.resolve(
            "events.out.tfevents.%010d.hale.%d.%03d"
                .formatted(millis / 1000, ProcessHandle.current().pid(), millis % 1000));
    try {
      TensorBoardLog log =
          new TensorBoardLog(file, Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
      log.write(event(0).text(FILE_VERSION, "brain.Event:2"));
      if (steps > 0) {
        log.write(
            event(steps + 1)
                .message(SESSION_LOG, new ProtoMessage().integer(SESSION_STATUS, SESSION_START)));
      }
      return log;
    } catch (IOException e) {
      throw FileFailure.unwritable(file, e);
    }
  }

  /**
   * Writes a line's numbers, those that are finite.
   *
   * @param prefix of their names, such as {@code train/}
   */
  public void scalars(String prefix, MetricsLine line) {
    ProtoMessage summary = new ProtoMessage();
    line.values()
        .forEach(
            (name, value) -> {
              if (Double.isFinite(value)) {
                summary.message(
                    SUMMARY_VALUE,
                    new ProtoMessage()
                        .text(TAG, prefix + name)
                        .real32(SIMPLE_VALUE, value.floatValue()));
              }
            });
    write(event(line.step()).message(SUMMARY, summary));
  }

  /** Writes a picture, a PNG file. */
  public void picture(String tag, long step, Path png) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(png);
    } catch (IOException e) {
      throw FileFailure.unreadable(png, e);
    }
    if (bytes.length < PNG_WIDTH_AT + 8) {
      throw new DataException(png + ": not a PNG file");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    ProtoMessage image =
        new ProtoMessage()
            .integer(1, header.getInt(PNG_WIDTH_AT + 4))
            .integer(2, header.getInt(PNG_WIDTH_AT))
            .integer(3, RGB)
            .bytes(4, bytes);
    ProtoMessage value = new ProtoMessage().text(TAG, tag).message(IMAGE, image);
    write(event(step).message(SUMMARY, new ProtoMessage().message(SUMMARY_VALUE, value)));
  }

  private static ProtoMessage event(long step) {
    return new ProtoMessage()
        .real64(WALL_TIME, System.currentTimeMillis() / 1e3)
        .integer(STEP, step);
  }

  private void write(ProtoMessage event) {
    byte[] content = event.encoded();
    ByteBuffer frame =
        ByteBuffer.allocate(content.length + 16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(content.length);
    frame.putInt(masked(frame.array(), 0, 8)).put(content);
    frame.putInt(masked(content, 0, content.length));
    try {
      out.write(frame.array());
      out.flush();
    } catch (IOException e) {
      throw FileFailure.unwritable(file, e);
    }
  }

  /** CRC-32C, rotated and shifted as TFRecord wants it. */
  private static int masked(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  /** The event file. */
  public Path file() {
    return file;
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw FileFailure.unwritable(file, e);
    }
  }
}
