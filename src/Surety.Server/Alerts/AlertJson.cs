using System.Text.Json;
using System.Text.Json.Serialization;
using Surety.Server.Alerts.Channels;

namespace Surety.Server.Alerts;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AlertBook))]
[JsonSerializable(typeof(WebhookDocument))]
[JsonSerializable(typeof(SlackDocument))]
internal sealed partial class AlertJson : JsonSerializerContext;
