package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VegaLiteTest {
  private static JsonNode json(Chart chart) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    return mapper.readTree(mapper.writeValueAsString(VegaLite.of(chart)));
  }

  private static List<String> marks(JsonNode specification) {
    List<String> marks = new ArrayList<>();
    specification.get("layer").forEach(layer -> marks.add(layer.at("/mark/type").asText()));
    return marks;
  }

  @Test
  void everyPointIsInTheData() throws Exception {
    for (Chart chart : ChartSamples.all()) {
      List<String> rows = new ArrayList<>();
      for (JsonNode layer : json(chart).get("layer")) {
        for (JsonNode row : layer.at("/data/values")) {
          rows.add(row.path("series").asText() + row.path("x").asText() + row.path("y").asText());
        }
      }
      boolean numbers = chart.x() instanceof Axis.Numbers;
      for (Series series : chart.series()) {
        for (Point point : series.points()) {
          String x =
              numbers && point instanceof Point.At at ? String.valueOf(at.x()) : point.category();
          assertTrue(rows.contains(series.name() + x + point.y()), chart.title() + point);
        }
      }
    }
  }

  @Test
  void channelsReadFieldsThatTheDataHave() throws Exception {
    for (Chart chart : ChartSamples.all()) {
      for (JsonNode layer : json(chart).get("layer")) {
        JsonNode first = layer.at("/data/values/0");
        layer
            .get("encoding")
            .findValues("field")
            .forEach(field -> assertTrue(first.has(field.asText()), field + " in " + first));
      }
    }
  }

  @Test
  void marksOfEachKind() throws Exception {
    assertEquals(List.of("bar", "rule", "text"), marks(json(ChartSamples.grouped())));
    assertEquals(List.of("line", "point", "rule", "text"), marks(json(ChartSamples.lines())));
    JsonNode steps = json(Chart.steps("t").series("s", 1, 2));
    assertEquals("step-after", steps.at("/layer/0/mark/interpolate").asText());
    assertEquals(
        List.of("bar", "line", "point"),
        marks(json(Chart.bars("t").series("a", 1).mark(Mark.LINE).series("b", 2))));
  }

  @Test
  void coloursAndEndsAreThoseOfThePicture() throws Exception {
    Chart chart = ChartSamples.grouped();
    JsonNode specification = json(chart);
    assertEquals(
        "https://vega.github.io/schema/vega-lite/v5.json", specification.get("$schema").asText());
    JsonNode colours = specification.at("/layer/0/encoding/color/scale");
    String svg = Svg.of(chart);
    assertEquals(3, colours.get("range").size());
    colours.get("range").forEach(colour -> assertTrue(svg.contains(colour.asText())));
    assertEquals("mtp, depth 3", colours.at("/domain/2").asText());
    assertEquals(1200, specification.at("/layer/0/encoding/y/scale/domain/1").asDouble());
    assertTrue(svg.contains(">1200<"));
    assertEquals("series", specification.at("/layer/0/encoding/xOffset/field").asText());
  }

  @Test
  void nothingIsBlackOnAGivenBackground() throws Exception {
    JsonNode specification = json(ChartSamples.lines());
    assertEquals("transparent", specification.get("background").asText());
    for (String path :
        List.of(
            "axis/labelColor",
            "axis/titleColor",
            "axis/domainColor",
            "legend/labelColor",
            "title/color")) {
      assertEquals(Palette.GREY, specification.at("/config/" + path).asText(), path);
    }
    assertEquals(".0%", specification.at("/layer/0/encoding/y/axis/format").asText());
  }
}
