package dev.hale.detection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.detection.method.DetectionMethod;
import dev.hale.detection.method.IntensityMethod;
import dev.hale.detection.method.MethodSettings;
import dev.hale.detection.method.Methods;
import dev.hale.detection.method.MethodsTest;
import dev.hale.engine.Device;
import dev.hale.engine.DeviceException;
import dev.hale.engine.Precision;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a program sends to its other processes, by Java's serialisation and by Jackson. */
final class SentSettingsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<String> methods() {
    return Methods.names().stream();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aConfigurationOfEveryMethodArrivesAsItWas(String name) throws Exception {
    DetectionMethod<?> method = Methods.named(name);
    MethodSettings settings =
        name.equals("intensity") ? new IntensityMethod.Settings() : MethodsTest.settings(method);
    assertEquals(settings, sent(settings));
    assertEquals(settings, throughJson(settings));
    for (Double threshold : new Double[] {0.1 + 0.2, null}) {
      DetectorConfig config =
          new DetectorConfig(method, settings, 99.5, threshold, threshold, threshold);
      assertEquals(config, sent(config));
      assertEquals(config, throughJson(config));
      assertEquals(config.hashCode(), sent(config).hashCode());
    }
  }

  @Test
  void optionsAndWhatTheyAreMadeOfArriveAsTheyWere() throws Exception {
    DetectorOptions options =
        new DetectorOptions(Device.parse("cuda:3"), Precision.BF16, 7, Long.MIN_VALUE, 5, 2);
    for (Object value :
        new Object[] {
          options,
          DetectorOptions.defaults(),
          Device.CPU,
          options.device(),
          Precision.BF16,
          ThresholdRule.IMAGE_LABELS
        }) {
      assertEquals(value, sent(value));
      assertEquals(value, throughJson(value));
    }
    assertNotEquals(options, options.withThreads(3));
    assertEquals("\"cuda:3\"", JSON.writeValueAsString(options.device()));
  }

  @Test
  void aDeviceThatThereIsNotIsRefused() {
    Exception error =
        assertThrows(IOException.class, () -> JSON.readValue("\"tpu\"", Device.class));
    assertEquals(DeviceException.class, error.getCause().getClass());
  }

  private static Object throughJson(Object value) throws IOException {
    return JSON.readValue(JSON.writeValueAsString(value), value.getClass());
  }

  private static Object sent(Object value) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }
}
