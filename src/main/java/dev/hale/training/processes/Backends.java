package dev.hale.training.processes;

import dev.hale.engine.Device;
import dev.hale.engine.DeviceException;
import dev.hale.engine.Scope;
import dev.hale.training.TrainingException;
import java.time.Duration;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/** LibTorch's process group for a device: Gloo for the CPU, NCCL for CUDA. */
final class Backends {
  /** As elsewhere with Gloo: names the network interface to use. */
  private static final String INTERFACE = "GLOO_SOCKET_IFNAME";

  private Backends() {}

  /** Connects all processes with each other. The caller releases the group. */
  static Backend open(Rendezvous meeting, TCPStore store, Device device, Duration patience) {
    return device.isCuda() ? nccl(meeting, store, device) : gloo(meeting, store, patience);
  }

  private static Backend gloo(Rendezvous meeting, TCPStore store, Duration patience) {
    try (Scope scope = new Scope()) {
      String name = System.getenv(INTERFACE);
      var device =
          name == null || name.isBlank()
              ? ProcessGroupGloo.createDeviceForHostname(Sockets.localAddress(meeting))
              : ProcessGroupGloo.createDeviceForInterface(name);
      ProcessGroupGloo.Options options =
          ProcessGroupGloo.Options.create(new Milliseconds(meeting.meeting().toMillis()));
      options.devices(new GlooDeviceVector(device)).threads(1);
      ProcessGroupGloo group = new ProcessGroupGloo(store, meeting.rank(), meeting.size(), options);
      group.setTimeout(new Milliseconds(patience.toMillis()));
      return group.retainReference();
    } catch (RuntimeException e) {
      throw new TrainingException(
          "the processes cannot connect with each other: %s (%s names the network interface)"
              .formatted(Sockets.firstLine(e), INTERFACE));
    }
  }

  private static Backend nccl(Rendezvous meeting, TCPStore store, Device device) {
    device.requireAvailable();
    try (Scope scope = new Scope()) {
      return new ProcessGroupNCCL(store, meeting.rank(), meeting.size()).retainReference();
    } catch (LinkageError e) {
      throw new DeviceException(
          "several processes on %s need NCCL, which this LibTorch cannot load: %s"
              .formatted(device, e.getMessage()),
          e);
    } catch (RuntimeException e) {
      throw new TrainingException("NCCL cannot start: " + Sockets.firstLine(e));
    }
  }
}
