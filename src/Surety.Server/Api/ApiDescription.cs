using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Surety.Server.Auth;

namespace Surety.Server.Api;

/// <summary>The description of the API at <c>/openapi/v1.json</c>, for people and for programs that make clients.</summary>
internal static class ApiDescription
{
    private const string Token = "token";
    private const string Session = "session";

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = description =>
            description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) is true;
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Surety",
                    Version = "v1",
                    Description =
                        "Backups of PostgreSQL that are proven to restore. What takes long answers 202 with a run to follow; "
                        + "failures are application/problem+json with a code of docs/errors.md.",
                };
                document.Servers = [];
                AddSecurity(document);
                return Task.CompletedTask;
            }
        );
    }

    private static void AddSecurity(OpenApiDocument document)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Token] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A token that surety access token made",
            },
            [Session] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = CrossSiteGuard.Header,
                Description = "Of the dashboard: its cookie, and with what changes something this header",
            },
        };
        document.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Session, document)] = [] },
        ];
    }
}
