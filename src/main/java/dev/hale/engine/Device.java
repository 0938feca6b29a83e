package dev.hale.engine;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.global.torch;

/**
 * Where tensors live and networks run. Naming a device is free; it is {@link #requireAvailable} and
 * {@link #torch} that fail where the device is absent, never falling back on another one.
 *
 * @param kind the processor
 * @param index which GPU, from 0; 0 for the CPU
 */
public record Device(Kind kind, int index) implements Serializable {
  /** The processors that hale runs on. */
  public enum Kind {
    CPU,
    CUDA
  }

  /** The CPU. */
  public static final Device CPU = new Device(Kind.CPU, 0);

  private static final Pattern CUDA_NAME = Pattern.compile("cuda(?::(\\d{1,2}))?");

  public Device {
    if (index < 0 || index > Byte.MAX_VALUE || (kind == Kind.CPU && index != 0)) {
      throw new DeviceException("no such device: %s %d".formatted(kind, index));
    }
  }

  /**
   * Reads {@code cpu}, {@code cuda} (the first GPU) or {@code cuda:N}.
   *
   * @throws DeviceException if the name is none of these
   */
  @JsonCreator
  public static Device parse(String name) {
    if (name.equals("cpu")) {
      return CPU;
    }
    Matcher cuda = CUDA_NAME.matcher(name);
    if (!cuda.matches()) {
      throw new DeviceException(
          "unknown device \"%s\": expected cpu, cuda or cuda:N".formatted(name));
    }
    return new Device(Kind.CUDA, cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
  }

  public boolean isCuda() {
    return kind == Kind.CUDA;
  }

  /**
   * Checks that LibTorch can use this device here.
   *
   * @return this device
   * @throws DeviceException if it cannot, saying why
   */
  public Device requireAvailable() {
    Engine.load();
    if (isCuda()) {
      CudaSupport cuda = CudaSupport.probe();
      if (!cuda.available()) {
        throw new DeviceException("%s is not available: %s".formatted(this, cuda.whyNot()));
      }
      if (index >= cuda.devices()) {
        throw new DeviceException(
            "%s is not available: there are %d CUDA devices here".formatted(this, cuda.devices()));
      }
    }
    return this;
  }

  /**
   * LibTorch's device; owned by the current {@link Scope}, if any.
   *
   * @throws DeviceException if the device is absent
   */
  public org.bytedeco.pytorch.Device torch() {
    requireAvailable();
    return new org.bytedeco.pytorch.Device(toString());
  }

  /** Waits until the device has done all that it was asked for; the CPU always has. */
  public void synchronize() {
    if (isCuda()) {
      torch.cuda_synchronize(index);
    }
  }

  /** {@code cpu} or {@code cuda:N}. */
  @Override
  @JsonValue
  public String toString() {
    return isCuda() ? "cuda:" + index : "cpu";
  }
}
