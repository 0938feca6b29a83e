package dev.hale.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * The design's rules about who may know whom, for the packages below a root. The root is a
 * parameter so that a test can show each rule at work on classes that break it.
 */
final class Layering {
  private static final String NATIVE = "org.bytedeco..";

  /** From the top down; a package may know those of lower layers, never those above. */
  private static final List<List<String>> LAYERS =
      List.of(
          List.of("cli"),
          List.of("app"),
          List.of("training", "detection"),
          List.of("attribution", "diffusion"),
          List.of("model"),
          List.of("engine"),
          List.of("data"),
          List.of("picture"),
          List.of("io"),
          List.of("scan", "evaluation"));

  /** What ImageIO reads from or writes to by way of java.io.tmpdir. */
  private static final Set<String> CACHED =
      Set.of("java.io.InputStream", "java.io.OutputStream", "java.net.URL");

  private final String root;

  Layering(String root) {
    this.root = root;
  }

  /** The layers from the top down, each with its packages. */
  static List<List<String>> layers() {
    return LAYERS;
  }

  /** Every rule by a name that says it. */
  Map<String, ArchRule> rules() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    for (int layer = 1; layer < LAYERS.size(); layer++) {
      rules.put(
          String.join(", ", LAYERS.get(layer)) + " know nothing above them",
          noClasses()
              .that()
              .resideInAnyPackage(packages(LAYERS.get(layer)))
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(packages(above(layer)))
              .allowEmptyShould(true));
    }
    rules.put(
        "none but commands know the door",
        noClasses()
            .that()
            .resideOutsideOfPackages(root, root + ".cli..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching(Pattern.quote(root) + "\\.(Hale|Facade)"));
    rules.put(
        "values, files, pictures, data, evaluation, training's logs and cli do not know LibTorch",
        noClasses()
            .that()
            .resideInAnyPackage(
                packages(
                    List.of("scan", "io", "picture", "data", "evaluation", "training.log", "cli")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(NATIVE)
            .allowEmptyShould(true));
    rules.put(
        "LibTorch is absent from what an embedder sees",
        classes()
            .that(arePublicSurface())
            .should(haveNoNativeTypesInPublicSignatures())
            .allowEmptyShould(true));
    rules.put(
        "no picture passes through a temporary file",
        noClasses()
            .should()
            .callMethodWhere(
                DescribedPredicate.describe(
                    "ImageIO is given a stream, for which it keeps a file", Layering::isCached)));
    rules.put(
        "packages are free of cycles",
        slices().matching(root + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true));
    rules.put(
        "the rooms of app are free of cycles",
        slices().matching(root + ".app.(*)..").should().beFreeOfCycles().allowEmptyShould(true));
    return rules;
  }

  private static boolean isCached(JavaMethodCall call) {
    return call.getTargetOwner().isEquivalentTo(ImageIO.class)
        && call.getTarget().getRawParameterTypes().stream()
            .anyMatch(type -> CACHED.contains(type.getName()));
  }

  private static List<String> above(int layer) {
    return LAYERS.subList(0, layer).stream().flatMap(List::stream).toList();
  }

  private String[] packages(List<String> names) {
    return names.stream().map(name -> root + "." + name + "..").toArray(String[]::new);
  }

  /** The root package, and the detectors with all that a caller fills in. */
  private DescribedPredicate<JavaClass> arePublicSurface() {
    return DescribedPredicate.describe(
        "are the public surface",
        type ->
            type.getModifiers().contains(JavaModifier.PUBLIC)
                && (type.getPackageName().equals(root)
                    || type.getPackageName().equals(root + ".detection")));
  }

  private static ArchCondition<JavaClass> haveNoNativeTypesInPublicSignatures() {
    return new ArchCondition<>("have no LibTorch types in public signatures") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (JavaCodeUnit unit : type.getCodeUnits()) {
          if (isVisible(unit.getModifiers())) {
            Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream())
                .forEach(signature -> reject(type, unit.getFullName(), signature, events));
          }
        }
        for (JavaField field : type.getFields()) {
          if (isVisible(field.getModifiers())) {
            reject(type, field.getFullName(), field.getType(), events);
          }
        }
        Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream())
            .forEach(parent -> reject(type, type.getFullName(), parent, events));
      }
    };
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static void reject(
      JavaClass owner, String member, JavaType signature, ConditionEvents events) {
    for (JavaClass involved : signature.getAllInvolvedRawTypes()) {
      if (involved.getPackageName().startsWith("org.bytedeco")) {
        events.add(SimpleConditionEvent.violated(owner, member + " shows " + involved.getName()));
      }
    }
  }
}
