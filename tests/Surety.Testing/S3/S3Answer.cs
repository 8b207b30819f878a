using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Surety.Testing.S3;

/// <summary>What the service answers to a request.</summary>
internal sealed record S3Answer(int Status, Dictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The connection ends without one.</summary>
    public static S3Answer None { get; } = new(0, [], []);

    public static S3Answer Error(int status, string code) =>
        new(
            status,
            new Dictionary<string, string> { ["Content-Type"] = "application/xml" },
            Encoding.UTF8.GetBytes($"<Error><Code>{code}</Code><Message>as the test wants it</Message></Error>")
        );

    /// <summary>The text of the first element of this name.</summary>
    public string Text(string element) => Parse().Descendants().First(found => found.Name.LocalName == element).Value;

    /// <summary>A listing without these keys.</summary>
    public S3Answer WithoutKeys(IEnumerable<string> keys)
    {
        var hidden = keys.ToHashSet();
        var list = Parse();
        list.Descendants()
            .Where(e => e.Name.LocalName == "Contents")
            .Where(e => e.Elements().Any(child => child.Name.LocalName == "Key" && hidden.Contains(child.Value)))
            .Remove();
        return this with { Body = Encoding.UTF8.GetBytes(list.ToString()) };
    }

    public async Task SendAsync(HttpContext context, bool isTorn)
    {
        var response = context.Response;
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (!isHead && Status != StatusCodes.Status204NoContent)
        {
            response.ContentLength = Body.Length;
        }

        if (isTorn)
        {
            await response.Body.WriteAsync(Body.AsMemory(0, Body.Length / 2));
            await response.Body.FlushAsync();
            context.Abort();
        }
        else if (!isHead && Body.Length > 0)
        {
            await response.Body.WriteAsync(Body);
        }
    }

    private XDocument Parse() => XDocument.Parse(Encoding.UTF8.GetString(Body));
}
