package dev.hale.training.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads event files back with Google's own protobuf reader and a checksum written out by hand. */
class TensorBoardLogTest {
  @TempDir Path folder;

  @Test
  void scalarsAndPicturesAreReadBackByAnotherParser() throws Exception {
    Path png = folder.resolve("a.png");
    ImageIO.write(new BufferedImage(7, 5, BufferedImage.TYPE_INT_RGB), "png", png.toFile());
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", 0.25);
    values.put("rate", Double.NaN);
    values.put("lr", 1e-3);
    Path file;
    try (TensorBoardLog log = TensorBoardLog.open(folder, 0)) {
      log.scalars("train/", new MetricsLine(300, values));
      log.picture("samples", 400, png);
      file = log.file();
    }
    List<Map<Integer, Object>> events = events(file);
    assertEquals(3, events.size());
    assertEquals("brain.Event:2", text(events.get(0), 3));
    assertTrue(Math.abs((double) events.get(1).get(1) - System.currentTimeMillis() / 1e3) < 100);
    assertEquals(300L, events.get(1).get(2));
    List<Map<Integer, Object>> scalars = values(events.get(1));
    assertEquals(2, scalars.size(), "a NaN is left out");
    assertEquals("train/loss", text(scalars.get(0), 1));
    assertEquals(0.25f, scalars.get(0).get(2));
    assertEquals("train/lr", text(scalars.get(1), 1));
    assertEquals(1e-3f, scalars.get(1).get(2));
    assertEquals(400L, events.get(2).get(2));
    Map<Integer, Object> value = values(events.get(2)).get(0);
    assertEquals("samples", text(value, 1));
    Map<Integer, Object> image = fields((byte[]) value.get(4));
    assertEquals(5L, image.get(1), "height");
    assertEquals(7L, image.get(2), "width");
    assertArrayEquals(Files.readAllBytes(png), (byte[]) image.get(4));
  }

  @Test
  void aResumedLogTellsTensorBoardToForgetLaterSteps() throws Exception {
    try (TensorBoardLog log = TensorBoardLog.open(folder, 200)) {
      Map<Integer, Object> start = events(log.file()).get(1);
      assertEquals(201L, start.get(2));
      assertEquals(1L, fields((byte[]) start.get(7)).get(1), "SessionLog.START");
    }
  }

  @Test
  void theOraclesChecksumIsCrc32c() {
    assertEquals(0xe3069283, crc32c("123456789".getBytes(UTF_8)));
  }

  private static List<Map<Integer, Object>> values(Map<Integer, Object> event) throws Exception {
    List<Map<Integer, Object>> values = new ArrayList<>();
    CodedInputStream in = CodedInputStream.newInstance((byte[]) event.get(5));
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      values.add(fields(in.readByteArray()));
    }
    return values;
  }

  private static String text(Map<Integer, Object> message, int field) {
    return new String((byte[]) message.get(field), UTF_8);
  }

  private static List<Map<Integer, Object>> events(Path file) throws Exception {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Map<Integer, Object>> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertEquals(masked(length), in.getInt());
      byte[] content =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(content);
      assertEquals(masked(content), in.getInt());
      events.add(fields(content));
    }
    return events;
  }

  private static Map<Integer, Object> fields(byte[] message) throws Exception {
    Map<Integer, Object> fields = new LinkedHashMap<>();
    CodedInputStream in = CodedInputStream.newInstance(message);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      fields.put(
          WireFormat.getTagFieldNumber(tag),
          switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> in.readInt64();
            case WireFormat.WIRETYPE_FIXED64 -> in.readDouble();
            case WireFormat.WIRETYPE_FIXED32 -> in.readFloat();
            default -> in.readByteArray();
          });
    }
    return fields;
  }

  private static int masked(byte[] bytes) {
    int crc = crc32c(bytes);
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  /** Bit by bit, polynomial 0x1EDC6F41 reversed. */
  private static int crc32c(byte[] bytes) {
    int crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) != 0 ? 0x82f63b78 : 0);
      }
    }
    return ~crc;
  }
}
