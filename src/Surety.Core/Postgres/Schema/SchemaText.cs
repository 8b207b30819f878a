using System.Text;
using System.Text.RegularExpressions;
using Surety.Core.Postgres.Tools;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Postgres.Schema;

/// <summary>One definition of a schema, as pg_dump's text has it.</summary>
/// <param name="Header">What pg_dump writes above it: name, type, schema, owner, tablespace.</param>
/// <param name="Sql">Its statements.</param>
internal sealed partial record SchemaDefinition(string Header, string Sql)
{
    /// <summary>As pg_dump calls it: <c>TABLE</c>, <c>FK CONSTRAINT</c>, <c>ACL</c>.</summary>
    public string Type => Parts().Match(Header).Groups["type"].Value;

    /// <summary>The schema that it is in; null for what is in none.</summary>
    public string? Schema => Parts().Match(Header).Groups["schema"].Value is var name and not ("-" or "") ? name : null;

    /// <summary>Its own name, or type and name of what it belongs to: <c>SCHEMA audit</c> for a schema's grants.</summary>
    public string Name => Parts().Match(Header).Groups["name"].Value;

    /// <summary>The role that owns it; for default privileges, the role whose they are.</summary>
    public string Owner => Parts().Match(Header).Groups["owner"].Value;

    /// <summary>Where its file goes; null for the database's own tablespace.</summary>
    public string? Tablespace =>
        Parts().Match(Header).Groups["tablespace"] is { Success: true, Value: var name } ? name : null;

    /// <summary>For people: <c>TABLE public.orders</c>.</summary>
    public override string ToString() => SchemaText.Describe(Header);

    [GeneratedRegex(
        @"^Name: (?<name>.*); Type: (?<type>.*?); Schema: (?<schema>.*?); Owner: (?<owner>.*?)(; Tablespace: (?<tablespace>.*))?$"
    )]
    private static partial Regex Parts();
}

/// <summary>
/// pg_dump's plain text of a schema as a set of definitions, without what differs between two dumps of the same schema:
/// version headers, random <c>\restrict</c> tokens (pg_dump 15.14 and later), the order of definitions, and settings that
/// carry over from one definition to the next. Large objects are kept and compared elsewhere.
/// </summary>
internal sealed partial class SchemaText
{
    private SchemaText(IReadOnlyList<SchemaDefinition> definitions) => Definitions = definitions;

    public IReadOnlyList<SchemaDefinition> Definitions { get; }

    /// <summary>Reads the text of pg_dump or pg_restore.</summary>
    public static SchemaText Parse(string text)
    {
        var definitions = new List<SchemaDefinition>();
        var headers = HeaderLines().Matches(text);
        var accessMethod = LastAccessMethod(headers.Count > 0 ? text[..headers[0].Index] : "") ?? "";
        for (var i = 0; i < headers.Count; i++)
        {
            var header = headers[i];
            var start = header.Index + header.Length;
            var end = i + 1 < headers.Count ? headers[i + 1].Index : text.Length;
            var body = text[start..end];
            var carriedOver = CarriedOver().Match(body);
            var name = header.Groups["header"].Value;
            if (!LargeObjectHeader().IsMatch(name))
            {
                definitions.Add(new SchemaDefinition(name, accessMethod + body[..carriedOver.Index].Trim()));
            }

            accessMethod = LastAccessMethod(carriedOver.Value) ?? accessMethod;
        }

        return new SchemaText(definitions);
    }

    /// <summary>The text of a custom-format archive.</summary>
    public static async Task<SchemaText> FromArchiveAsync(
        PostgresTools tools,
        Stream archive,
        CancellationToken cancellationToken
    )
    {
        var command = new ToolCommand(tools.PathOf(PostgresTool.PgRestore), ["--file=-"]) { Input = archive };
        return Parse(await ToolProcess.ReadTextAsync(command, cancellationToken));
    }

    /// <summary>The text that a backup keeps.</summary>
    public static async Task<SchemaText> FromBackupAsync(
        ObjectStore objects,
        SchemaEntry schema,
        CancellationToken cancellationToken
    )
    {
        await using var stream = objects.OpenStream(schema.Text);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(await reader.ReadToEndAsync(cancellationToken));
    }

    /// <summary>The same without the names of NOT NULL constraints of columns, as PostgreSQL 17 and older print it.</summary>
    public SchemaText WithoutNotNullNames() =>
        new([
            .. Definitions.Select(d =>
                IsTable().IsMatch(d.Header) ? d with { Sql = NotNullName().Replace(d.Sql, "NOT NULL") } : d
            ),
        ]);

    /// <summary>The same without owners and grants, as pg_restore leaves them out for who may not make them.</summary>
    public SchemaText WithoutOwners() =>
        new([
            .. Definitions
                .Where(d => !IsGrant().IsMatch(d.Header))
                .Select(d => d with { Sql = OwnerChange().Replace(d.Sql, "").Trim() }),
        ]);

    /// <summary>The definitions as SQL that psql can run, in their order.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        foreach (var definition in Definitions)
        {
            text.Append($"--\n-- {definition.Header}\n--\n\n{definition.Sql}\n\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    internal static string Describe(string header)
    {
        var match = HeaderParts().Match(header);
        if (!match.Success)
        {
            return header;
        }

        var schema = match.Groups["schema"].Value;
        var name = match.Groups["name"].Value;
        return schema == "-" ? $"{match.Groups["type"].Value} {name}" : $"{match.Groups["type"].Value} {schema}.{name}";
    }

    private static string? LastAccessMethod(string settings)
    {
        var last = AccessMethod().Matches(settings).LastOrDefault();
        return last switch
        {
            null => null,
            _ when last.Groups["method"].Value == "heap" => "",
            _ => last.Value + "\n",
        };
    }

    [GeneratedRegex(@"^--\n-- (?<header>Name: .*; Type: .*; Schema: .*; Owner: .*)\n--\n", RegexOptions.Multiline)]
    private static partial Regex HeaderLines();

    [GeneratedRegex(@"^Name: (?<name>.*); Type: (?<type>.*?); Schema: (?<schema>.*?); Owner: ")]
    private static partial Regex HeaderParts();

    [GeneratedRegex(
        @"; Type: BLOBS?( METADATA)?; |^Name: LARGE OBJECT[S ]\s?[0-9]+.*; Type: (ACL|COMMENT|SECURITY LABEL); "
    )]
    private static partial Regex LargeObjectHeader();

    [GeneratedRegex("; Type: TABLE; ")]
    private static partial Regex IsTable();

    [GeneratedRegex("; Type: (ACL|DEFAULT ACL); ")]
    private static partial Regex IsGrant();

    // A line of its own behind the definition; the name may be anything, in quotes or not.
    [GeneratedRegex(@"\n+ALTER .* OWNER TO .*;\z")]
    private static partial Regex OwnerChange();

    [GeneratedRegex("""CONSTRAINT ("([^"]|"")+"|[^\s"]+) NOT NULL(?=[,\n])""")]
    private static partial Regex NotNullName();

    [GeneratedRegex(@"^SET default_table_access_method = (?<method>.*);$", RegexOptions.Multiline)]
    private static partial Regex AccessMethod();

    // What is written for the next definition comes at the end; the same lines further up belong to a function's body.
    [GeneratedRegex(
        @"(^(SET default_(tablespace|table_access_method) = .*;|\\(un)?restrict .*|--\n-- PostgreSQL database dump complete\n--|)\n?)*\z",
        RegexOptions.Multiline
    )]
    private static partial Regex CarriedOver();
}
