namespace Surety.Core.Postgres.Tools;

/// <summary>How a scratch server differs from the usual one.</summary>
public sealed record ScratchServerOptions
{
    /// <summary>Encoding of its databases, unless they are created with another.</summary>
    public string Encoding { get; init; } = "UTF8";

    /// <summary>Locale of its databases, unless they are created with another. <c>C</c> exists on every machine.</summary>
    public string Locale { get; init; } = "C";

    /// <summary>
    /// True to listen on a free port of 127.0.0.1, where a random password is asked for (SCRAM-SHA-256). Otherwise only a
    /// unix socket in a folder that nobody else can enter.
    /// </summary>
    public bool ListenOnLoopback { get; init; }

    /// <summary>Server settings beside the usual ones, or in place of them.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Further arguments of initdb.</summary>
    public IReadOnlyList<string> InitDbArguments { get; init; } = [];

    /// <summary>
    /// The folder to make the server's folder in; it must hold the restored data. Short: the path of a unix socket is
    /// limited to about 100 bytes. Null for the folder of temporary files.
    /// </summary>
    public string? ParentFolder { get; init; }
}
