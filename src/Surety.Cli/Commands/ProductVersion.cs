using System.Reflection;
using Surety.Cli.Output;

namespace Surety.Cli.Commands;

/// <summary>Which Surety this is.</summary>
internal static class ProductVersion
{
    public static string Text { get; } =
        typeof(ProductVersion)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;

    public static CommandResult Result() =>
        CommandResult.Of(new VersionDocument(Text), Documents.Json.VersionDocument, $"surety {Text}\n");
}
