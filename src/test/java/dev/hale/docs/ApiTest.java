package dev.hale.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class ApiTest {
  @TempDir Path out;

  @Test
  void theJavadocHasNoMistakes() {
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int status = Api.write(out, new PrintStream(messages, true, StandardCharsets.UTF_8));
    assertEquals(0, status, messages.toString(StandardCharsets.UTF_8));
    assertTrue(Files.exists(out.resolve("dev/hale/Hale.html")));
  }
}
